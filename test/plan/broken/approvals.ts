// Broken plans: approvals.yaml.

import type { BrokenPlan } from './broken-plan.ts';

export const approvals: readonly BrokenPlan[] = [
  {
    what: 'an action that is not there',
    file: 'approvals.yaml',
    from: 'kinds: [check]',
    to: 'actions: [http_chek]',
    problems: ['approvals.yaml:8:15 rules[0].actions[0]: there is no action "http_chek"; did you mean "http_check"?'],
  },
  {
    what: 'a kind that is not there',
    file: 'approvals.yaml',
    from: 'kinds: [check]',
    to: 'kinds: [containmnet]',
    problems: [
      'approvals.yaml:8:13 rules[0].kinds[0]: is "containmnet": write one of check, change, containment; did you mean "containment"?',
    ],
  },
  {
    what: 'a risk that is not there',
    file: 'approvals.yaml',
    from: 'kinds: [check]',
    to: 'risks: [hgih]',
    problems: [
      'approvals.yaml:8:13 rules[0].risks[0]: is "hgih": write one of low, medium, high; did you mean "high"?',
    ],
  },
  {
    what: 'an empty condition',
    file: 'approvals.yaml',
    from: 'kinds: [check]',
    to: 'kinds: []',
    problems: ['approvals.yaml:8:12 rules[0].kinds: is []: write 1 item or more'],
  },
  {
    what: 'a quorum of nobody',
    file: 'approvals.yaml',
    from: '    quorum: 1',
    to: '    quorum: 0',
    problems: ['approvals.yaml:10:13 rules[0].quorum: is 0: write 1 or more'],
  },
  {
    what: 'a quorum that is a text',
    file: 'approvals.yaml',
    from: '    quorum: 1',
    to: '    quorum: one',
    problems: ['approvals.yaml:10:13 rules[0].quorum: is "one": write a number'],
  },
  {
    what: 'a role that may not decide',
    file: 'approvals.yaml',
    from: '    roles: [responder, admin]',
    to: '    roles: [viewer]',
    problems: ['approvals.yaml:11:13 rules[0].roles[0]: is "viewer": write one of responder, admin'],
  },
  {
    what: 'a level that is not there',
    file: 'approvals.yaml',
    from: 'highest_level: auto',
    to: 'highest_level: automatic',
    problems: [
      'approvals.yaml:9:20 rules[0].highest_level: is "automatic": write one of observe, suggest, approve, auto',
    ],
  },
  {
    what: 'no expiry',
    file: 'approvals.yaml',
    from: '    expires_after: 4h',
    to: '',
    problems: ['approvals.yaml:6:5 rules[0].expires_after: is missing: write a duration, such as 90s, 15m, 4h or 3d'],
  },
  {
    what: 'an expiry that is no duration',
    file: 'approvals.yaml',
    from: '    expires_after: 4h',
    to: '    expires_after: 4 hours',
    problems: [
      'approvals.yaml:12:20 rules[0].expires_after: is "4 hours": write a whole number and s, m, h or d, such as 90s, 15m, 4h or 3d',
    ],
  },
  {
    what: 'a rule twice',
    file: 'approvals.yaml',
    from: `rules:
`,
    to: `rules:
  - { name: checks, highest_level: auto, quorum: 1, roles: [admin], expires_after: 1h }
`,
    problems: ['approvals.yaml:7:11 rules[1].name: there is a rule "checks" already: give it a name of its own'],
  },
];
