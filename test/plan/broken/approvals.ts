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
    from: `    highest_level: auto
    quorum: 1`,
    to: `    highest_level: auto
    quorum: 0`,
    problems: ['approvals.yaml:10:13 rules[0].quorum: is 0: write 1 or more'],
  },
  {
    what: 'a quorum that is a text',
    file: 'approvals.yaml',
    from: `    highest_level: auto
    quorum: 1`,
    to: `    highest_level: auto
    quorum: one`,
    problems: ['approvals.yaml:10:13 rules[0].quorum: is "one": write a number'],
  },
  {
    what: 'a role that may not decide',
    file: 'approvals.yaml',
    from: `    quorum: 1
    roles: [responder, admin]
`,
    to: `    quorum: 1
    roles: [viewer]
`,
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
    from: `    roles: [responder, admin]
    expires_after: 4h`,
    to: `    roles: [responder, admin]
`,
    problems: ['approvals.yaml:6:5 rules[0].expires_after: is missing: write a duration, such as 90s, 15m, 4h or 3d'],
  },
  {
    what: 'an expiry that is no duration',
    file: 'approvals.yaml',
    from: `    roles: [responder, admin]
    expires_after: 4h`,
    to: `    roles: [responder, admin]
    expires_after: 4 hours`,
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
  {
    what: 'an escalation to a team that is not there',
    file: 'approvals.yaml',
    from: 'team: lead',
    to: 'team: leed',
    problems: ['approvals.yaml:26:29 rules[1].escalate[0].team: there is no team "leed"; did you mean "lead"?'],
  },
  {
    what: 'an escalation after the expiry',
    file: 'approvals.yaml',
    from: 'after: 10m',
    to: 'after: 5h',
    problems: ['approvals.yaml:26:18 rules[1].escalate[0].after: the approval has expired by then: write less than 4h'],
  },
  {
    what: 'a criticality that is not there',
    file: 'approvals.yaml',
    from: 'criticalities: [1]',
    to: 'criticalities: [5]',
    problems: ['approvals.yaml:17:21 rules[1].criticalities[0]: is 5: write 4 or less'],
  },
  {
    what: 'a time zone that is not there',
    file: 'approvals.yaml',
    from: 'days: [sat, sun], zone: Europe/Zurich',
    to: 'days: [sat, sun], zone: Europe/Zuerich',
    problems: [
      'approvals.yaml:20:35 rules[1].hours[1].zone: is "Europe/Zuerich": write a time zone of the IANA database, such as Europe/Zurich or UTC',
    ],
  },
  {
    what: 'a time of day that is none',
    file: 'approvals.yaml',
    from: 'from: "18:00"',
    to: 'from: "25:00"',
    problems: ['approvals.yaml:19:50 rules[1].hours[0].from: is "25:00": write a time of day, such as "08:30"'],
  },
  {
    what: 'a time of day without quotes that is a number',
    file: 'approvals.yaml',
    from: 'from: "18:00"',
    to: 'from: 18',
    problems: ['approvals.yaml:19:50 rules[1].hours[0].from: is 18: write a time of day, such as "08:30"'],
  },
  {
    what: 'a day that is not there',
    file: 'approvals.yaml',
    from: 'days: [sat, sun]',
    to: 'days: [sat, sunday]',
    problems: [
      'approvals.yaml:20:23 rules[1].hours[1].days[1]: is "sunday": write one of mon, tue, wed, thu, fri, sat, sun',
    ],
  },
  {
    what: 'break-glass that is no yes or no',
    file: 'approvals.yaml',
    from: 'break_glass: true',
    to: 'break_glass: admin',
    problems: ['approvals.yaml:27:18 rules[1].break_glass: is "admin": write true or false'],
  },
];
