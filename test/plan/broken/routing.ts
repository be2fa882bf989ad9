// Broken plans: routing.yaml.

import type { BrokenPlan } from './broken-plan.ts';

export const routing: readonly BrokenPlan[] = [
  {
    what: 'a channel that is not there',
    file: 'routing.yaml',
    from: `      - - { channel: console, to: lead }

  - name: lead`,
    to: `      - - { channel: consloe, to: lead }

  - name: lead`,
    problems: [
      'routing.yaml:10:22 teams[0].levels[1][0].channel: there is no channel "consloe"; did you mean "console"?',
    ],
  },
  {
    what: 'a default team that is not there',
    file: 'routing.yaml',
    from: 'default_team: on-call',
    to: 'default_team: oncall',
    problems: ['routing.yaml:18:15 default_team: there is no team "oncall"; did you mean "on-call"?'],
  },
  {
    what: 'a team twice',
    file: 'routing.yaml',
    from: 'default_team: on-call',
    to: `  - { name: on-call, levels: [[{ channel: console, to: x }]] }
default_team: on-call`,
    problems: ['routing.yaml:18:13 teams[2].name: there is a team "on-call" already: give it a name of its own'],
  },
  {
    what: 'a level without people',
    file: 'routing.yaml',
    from: `      - - { channel: console, to: lead }

  - name: lead`,
    to: `      - []

  - name: lead`,
    problems: ['routing.yaml:10:9 teams[0].levels[1]: is []: write 1 item or more'],
  },
  {
    what: 'a person without a channel',
    file: 'routing.yaml',
    from: `      - - { channel: console, to: lead }

  - name: lead`,
    to: `      - - { to: lead }

  - name: lead`,
    problems: ['routing.yaml:10:11 teams[0].levels[1][0].channel: is missing: write a text'],
  },
  {
    what: 'a level that is no list',
    file: 'routing.yaml',
    from: `      - - { channel: console, to: lead }

  - name: lead`,
    to: `      - { channel: console, to: lead }

  - name: lead`,
    problems: ['routing.yaml:10:9 teams[0].levels[1]: is {"channel":"console","to":"lead"}: write a list'],
  },
  {
    what: 'a name with a space',
    file: 'routing.yaml',
    from: `name: on-call
    title`,
    to: `name: On call
    title`,
    problems: [
      'routing.yaml:6:11 teams[0].name: is "On call": write lower-case letters, digits, "-" and "_", beginning with a letter, at most 63 characters',
    ],
  },
];
