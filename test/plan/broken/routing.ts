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
    problems: ['routing.yaml:10:11 teams[0].levels[1][0]: is {"to":"lead"}: write "channel" and "to", or "schedule"'],
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
  {
    what: 'a schedule that is not there',
    file: 'routing.yaml',
    from: `      - - { channel: console, to: lead }

  - name: lead`,
    to: `      - - { schedule: nigths }

  - name: lead`,
    problems: ['routing.yaml:10:23 teams[0].levels[1][0].schedule: there is no schedule "nigths"'],
  },
  {
    what: 'a level that names a schedule and a channel',
    file: 'routing.yaml',
    from: `      - - { channel: console, to: lead }

  - name: lead`,
    to: `      - - { schedule: nights, channel: console }

  - name: lead`,
    problems: [
      'routing.yaml:10:11 teams[0].levels[1][0]: is {"schedule":"nights","channel":"console"}: write "channel" and "to", or "schedule"',
    ],
  },
  ...[
    {
      what: 'a schedule twice',
      written: `  - { name: nights, shifts: [{ tell: [{ channel: console, to: x }] }] }
  - { name: nights, shifts: [{ tell: [{ channel: console, to: x }] }] }`,
      problem: 'routing.yaml:21:13 schedules[1].name: there is a schedule "nights" already: give it a name of its own',
    },
    {
      what: 'a schedule with a gap',
      written: `  - name: nights
    zone: Europe/Zurich
    shifts:
      - { hours: { from: "20:00", to: "07:30" }, tell: [{ channel: console, to: x }] }
      - { hours: { days: [mon, tue, wed, thu, fri], from: "07:30", to: "20:00" }, tell: [{ channel: console, to: x }] }`,
      problem:
        'routing.yaml:23:7 schedules[0].shifts: nobody is on duty on sat at 07:30 (Europe/Zurich): add a shift, one without "hours" holds always',
    },
    {
      what: 'a shift that never counts',
      written: `  - name: nights
    shifts:
      - tell: [{ channel: console, to: x }]
      - { hours: { from: "20:00" }, tell: [{ channel: console, to: x }] }`,
      problem:
        'routing.yaml:23:9 schedules[0].shifts[1]: never counts: the shift before it has no hours and always holds',
    },
    {
      what: 'a shift that tells and rotates',
      written: `  - name: nights
    shifts:
      - tell: [{ channel: console, to: x }]
        rotate: { first: 2026-11-02, turns: [[{ channel: console, to: x }], [{ channel: console, to: y }]] }`,
      problem:
        'routing.yaml:22:9 schedules[0].shifts[0]: is {"tell":[{"channel":"console","to":"x"}],"rotate":{"first":"2026-11-02","turn…: write either "tell" or "rotate"',
    },
    {
      what: 'a turn by a channel that is not there',
      written: `  - name: nights
    shifts:
      - rotate: { first: 2026-11-02, turns: [[{ channel: console, to: x }], [{ channel: slck, to: y }]] }`,
      problem: 'routing.yaml:22:89 schedules[0].shifts[0].rotate.turns[1][0].channel: there is no channel "slck"',
    },
    {
      what: 'an override that ends before it begins',
      written: `  - name: nights
    shifts: [{ tell: [{ channel: console, to: x }] }]
    overrides:
      - { from: 2026-12-25T00:00:00Z, until: 2026-12-24T00:00:00Z, tell: [{ channel: console, to: x }] }`,
      problem:
        'routing.yaml:23:46 schedules[0].overrides[0].until: is "2026-12-24T00:00:00Z": write a time after "from"',
    },
    {
      what: 'an override by a channel that is not there',
      written: `  - name: nights
    shifts: [{ tell: [{ channel: console, to: x }] }]
    overrides:
      - { from: 2026-12-24T00:00:00Z, until: 2026-12-25T00:00:00Z, tell: [{ channel: conso, to: x }] }`,
      problem:
        'routing.yaml:23:86 schedules[0].overrides[0].tell[0].channel: there is no channel "conso"; did you mean "console"?',
    },
    {
      what: 'a time zone that is not there',
      written: '  - { name: nights, zone: Europe/Zuerich, shifts: [{ tell: [{ channel: console, to: x }] }] }',
      problem:
        'routing.yaml:20:27 schedules[0].zone: is "Europe/Zuerich": write a time zone of the IANA database, such as Europe/Zurich or UTC',
    },
    {
      what: 'a time of day that is none',
      written: '  - { name: nights, shifts: [{ hours: { from: "25:00" }, tell: [{ channel: console, to: x }] }] }',
      problem: 'routing.yaml:20:47 schedules[0].shifts[0].hours.from: is "25:00": write a time of day, such as "08:30"',
    },
    {
      what: 'turns that change at the end of the day',
      written: `  - name: nights
    shifts:
      - rotate: { first: 2026-11-02, at: "24:00", turns: [[{ channel: console, to: x }], [{ channel: console, to: y }]] }`,
      problem: 'routing.yaml:22:42 schedules[0].shifts[0].rotate.at: is "24:00": write "00:00" of the next day',
    },
  ].map(({ what, written, problem }) => ({
    what,
    file: 'routing.yaml',
    from: 'default_team: on-call',
    to: `default_team: on-call\nschedules:\n${written}`,
    problems: [problem],
  })),
];
