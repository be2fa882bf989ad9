// Broken plans: guards.yaml.

import type { BrokenPlan } from './broken-plan.ts';

export const guards: readonly BrokenPlan[] = [
  {
    what: 'a network that is none',
    file: 'guards.yaml',
    from: '169.254.169.254/32',
    to: '169.254.169.254/33',
    problems: [
      'guards.yaml:7:7 protected.cidrs[0]: is "169.254.169.254/33": write an address or a network, such as 203.0.113.7 or 10.0.0.0/8',
    ],
  },
  {
    what: 'a network that is wider than there are',
    file: 'guards.yaml',
    from: 'ipv4: 24',
    to: 'ipv4: 33',
    problems: ['guards.yaml:14:9 widest_prefix.ipv4: is 33: write 32 or less'],
  },
  {
    what: 'a hold for ever',
    file: 'guards.yaml',
    from: 'longest_hold: 7d',
    to: 'longest_hold: 1000d',
    problems: ['guards.yaml:18:15 longest_hold: is "1000d": write 366d or less'],
  },
  {
    what: 'no hold at all',
    file: 'guards.yaml',
    from: 'longest_hold: 7d',
    to: 'longest_hold: 0s',
    problems: ['guards.yaml:18:15 longest_hold: is "0s": write more than 0'],
  },
  {
    what: 'a list that is a text',
    file: 'guards.yaml',
    from: 'hosts: []',
    to: 'hosts: web-1',
    problems: ['guards.yaml:8:10 protected.hosts: is "web-1": write a list'],
  },
  {
    what: 'a group that is not there',
    file: 'guards.yaml',
    from: '  hosts: []',
    to: '  host: []',
    problems: [
      'guards.yaml:8:3 protected.host: there is no key "host" here: write one of cidrs, hosts, users, services; did you mean "hosts"?',
    ],
  },
  {
    what: 'a blast radius without a number',
    file: 'guards.yaml',
    from: '    kinds: [containment]\n    per_incident: 50\n    per_hour: 200',
    to: '    kinds: [containment]',
    problems: [
      'guards.yaml:23:5 blast_radius[0]: is {"name":"containments","kinds":["containment"]}: write per_incident or per_hour',
    ],
  },
  {
    what: 'a blast radius of an action that is not there',
    file: 'guards.yaml',
    from: 'kinds: [containment]',
    to: 'actions: [block_pi]',
    problems: ['guards.yaml:24:15 blast_radius[0].actions[0]: there is no action "block_pi"; did you mean "block_ip"?'],
  },
  {
    what: 'a blast radius of nothing',
    file: 'guards.yaml',
    from: 'per_incident: 50',
    to: 'per_incident: 0',
    problems: ['guards.yaml:25:19 blast_radius[0].per_incident: is 0: write 1 or more'],
  },
  {
    what: 'a blast radius twice',
    file: 'guards.yaml',
    from: 'name: changes-of-high-risk',
    to: 'name: containments',
    problems: [
      'guards.yaml:27:11 blast_radius[1].name: there is a limit "containments" already: give it a name of its own',
    ],
  },
];
