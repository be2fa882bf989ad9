// catalog/assets.yaml, indicators/ and what rules.yaml says of withholding.

import type { BrokenPlan } from './broken-plan.ts';

const inRules = (what: string, text: string, ...problems: string[]): BrokenPlan => ({
  ...{ what, file: 'rules.yaml', from: 'raise:', to: `${text}\nraise:`, problems },
});

export const enrichment: BrokenPlan[] = [
  {
    what: 'an asset that matters more than anything',
    file: 'catalog/assets.yaml',
    to: 'assets:\n  - { kind: host, values: [db-1], criticality: 0 }\n',
    problems: ['catalog/assets.yaml:2:48 assets[0].criticality: is 0: write 1 or more'],
  },
  {
    what: 'an indicator list of no verdict',
    file: 'indicators/botnet.yaml',
    to: 'name: botnet\nverdict: evil\nvalues: [198.51.100.0/24]\n',
    problems: ['indicators/botnet.yaml:2:10 verdict: is "evil": write one of bad, good'],
  },
  {
    what: 'an indicator list in a file of another name',
    file: 'indicators/bots.yaml',
    to: 'name: botnet\nverdict: bad\nvalues: [198.51.100.0/24]\n',
    problems: ['indicators/bots.yaml:1:7 name: is "botnet": name the file botnet.yaml, or the other way round'],
  },
  inRules(
    'a matcher without a value',
    'inhibit:\n  - { name: x, source: [severity], target: ["a=b"] }',
    'rules.yaml:24:25 inhibit[0].source[0]: is "severity": write a name, one of = != =~ !~ and a value, such as severity=~"warning|info"',
  ),
  inRules(
    'a matcher of a field that is not there',
    'groups:\n  - { name: x, match: ["@hots=a"], group_by: [a] }',
    'rules.yaml:24:24 groups[0].match[0]: is "@hots=a": there is no field @hots: there are @source, @fingerprint, @title, @severity, @ip, @host, @user, @service, @process, @hash, @url, @resource, @key',
  ),
  inRules(
    'a group of nothing',
    'groups:\n  - { name: x, match: ["a=b"] }',
    'rules.yaml:24:5 groups[0].group_by: is missing: write group_by, a threshold, or both',
  ),
  inRules(
    'a window that matches everything',
    'maintenance:\n  - { name: x, reason: r, owner: o, match: ["a!=b"], until: "2027-01-01T00:00:00Z" }',
    'rules.yaml:24:44 maintenance[0].match: is ["a!=b"]: at least one matcher must ask for something, or all alerts would match',
  ),
  inRules(
    'a window without an end',
    'maintenance:\n  - { name: x, reason: r, owner: o, match: ["a=b"], until: tomorrow }',
    'rules.yaml:24:60 maintenance[0].until: is "tomorrow": write a time such as 2026-12-01T22:00:00Z',
  ),
  inRules(
    'a window in a place that is not there',
    'maintenance:\n  - { name: x, reason: r, owner: o, match: ["a=b"], until: "2027-01-01T00:00:00Z", weekly: { days: [sun], from: "01:00", to: "02:00", timezone: Berlin } }',
    'rules.yaml:24:145 maintenance[0].weekly.timezone: is "Berlin": write a time zone such as Europe/Berlin',
  ),
];
