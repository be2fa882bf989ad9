// Broken plans: What YAML has and plans do not take, and YAML that is none.

import type { BrokenPlan } from './broken-plan.ts';

export const yaml: readonly BrokenPlan[] = [
  {
    what: 'a key twice',
    file: 'guards.yaml',
    from: 'longest_hold: 7d',
    to: `longest_hold: 7d
longest_hold: 8d`,
    problems: ['guards.yaml:19:1: the key "longest_hold" is there twice: remove one'],
  },
  {
    what: 'a bracket that is not closed',
    file: 'guards.yaml',
    from: 'users: [root, administrator]',
    to: 'users: [root, administrator',
    problems: [
      'guards.yaml:10:3: not YAML that can be read: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  },
  {
    what: 'a text that needs quotes',
    file: 'rules.yaml',
    from: 'reason: It always fires and proves that alerting works',
    to: 'reason: heartbeat: it always fires',
    problems: [
      'rules.yaml:11:15: not YAML that can be read: Nested mappings are not allowed in compact mappings. A text with ": " in it needs quotes',
    ],
  },
  {
    what: 'an expression that needs quotes',
    file: 'rules.yaml',
    from: '= labels.alertname == "Watchdog"',
    to: '= labels.alertname == "Watchdog" ? true : false',
    problems: [
      `rules.yaml:8:11: not YAML that can be read: Nested mappings are not allowed in compact mappings. An expression with ": " or " #" in it needs quotes, as in '= a ? b : c'`,
    ],
  },
  {
    what: 'an anchor',
    file: 'slas.yaml',
    from: 'high: {',
    to: 'high: &high {',
    problems: ['slas.yaml:7:13: anchors are not read here (&high): remove it'],
  },
  {
    what: 'an alias',
    file: 'slas.yaml',
    from: 'low: { acknowledge: 8h, quiet: 1m, recovery_reminder: 1d, recovery_reminders: 3, review: 0s }',
    to: 'low: *high',
    problems: ['slas.yaml:9:6: aliases are not read here (*high): repeat what you mean'],
  },
  {
    what: 'a merge key',
    file: 'guards.yaml',
    from: 'longest_hold: 7d',
    to: '<<: { longest_hold: 7d }',
    problems: [
      'guards.yaml:4:1 longest_hold: is missing: write a duration, such as 90s, 15m, 4h or 3d',
      'guards.yaml:18:1 <<: there is no key "<<" here: write one of protected, widest_prefix, blast_radius, longest_hold',
    ],
  },
  {
    what: 'a tag',
    file: 'guards.yaml',
    from: 'longest_hold: 7d',
    to: 'longest_hold: !!str 7d',
    problems: ['guards.yaml:18:21: tags are not read here (tag:yaml.org,2002:str): remove it'],
  },
  {
    what: 'two documents',
    file: 'guards.yaml',
    from: 'longest_hold: 7d',
    to: `---
longest_hold: 7d`,
    problems: ['guards.yaml:18:1: the file has several documents ("---"): write one'],
  },
  {
    what: 'a tab',
    file: 'guards.yaml',
    from: '  hosts: []',
    to: '	hosts: []',
    problems: [
      'guards.yaml:8:1: not YAML that can be read: Tabs are not allowed as indentation',
      'guards.yaml:9:1: not YAML that can be read: All mapping items must start at the same column',
      'guards.yaml:10:1: not YAML that can be read: All mapping items must start at the same column',
    ],
  },
  {
    what: 'a directive',
    file: 'routing.yaml',
    to: `%YAML 1.1
---
teams: []
`,
    problems: ['routing.yaml:1:1: YAML directives are not read here: remove the line that begins with %'],
  },
];
