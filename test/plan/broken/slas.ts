// Broken plans: slas.yaml.

import type { BrokenPlan } from './broken-plan.ts';

export const slas: readonly BrokenPlan[] = [
  {
    what: 'a severity that is missing',
    file: 'slas.yaml',
    from: 'info: { acknowledge: 1d, quiet: 1m, recovery_reminder: 3d, recovery_reminders: 1, review: 0s }',
    to: '',
    problems: ['slas.yaml:6:1 info: is missing: write keys and values'],
  },
  {
    what: 'a severity that is not there',
    file: 'slas.yaml',
    from: 'info: {',
    to: 'informational: {',
    problems: [
      'slas.yaml:6:1 info: is missing: write keys and values',
      'slas.yaml:10:1 informational: there is no key "informational" here: write one of critical, high, medium, low, info',
    ],
  },
  {
    what: 'a time that is no duration',
    file: 'slas.yaml',
    from: 'acknowledge: 5m',
    to: 'acknowledge: 5 min',
    problems: [
      'slas.yaml:6:26 critical.acknowledge: is "5 min": write a whole number and s, m, h or d, such as 90s, 15m, 4h or 3d',
    ],
  },
  {
    what: 'no time to acknowledge',
    file: 'slas.yaml',
    from: 'acknowledge: 5m',
    to: 'acknowledge: 0s',
    problems: ['slas.yaml:6:26 critical.acknowledge: is "0s": write more than 0'],
  },
  {
    what: 'a number with a fraction',
    file: 'slas.yaml',
    from: 'recovery_reminders: 6',
    to: 'recovery_reminders: 1.5',
    problems: ['slas.yaml:8:82 medium.recovery_reminders: is 1.5: write a whole number'],
  },
];
