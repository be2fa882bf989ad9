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
];
