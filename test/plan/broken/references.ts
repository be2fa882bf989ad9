// Broken plans: What expressions of a step say of others.

import type { BrokenPlan } from './broken-plan.ts';

export const references: readonly BrokenPlan[] = [
  {
    what: 'a field that is not there',
    file: 'playbooks/every-kind.yaml',
    from: 'steps.who.answer == "ours"',
    to: 'steps.who.anser == "ours"',
    problems: [
      'playbooks/every-kind.yaml:29:27 contain[4].choose[0].when: the expression is wrong: No such key: anser; did you mean "answer"?',
    ],
  },
  {
    what: 'an item outside of for_each',
    file: 'playbooks/every-kind.yaml',
    from: 'text: It is one of ours, team: lead',
    to: 'text: = item, team: lead',
    problems: [
      'playbooks/every-kind.yaml:32:31 contain[4].choose[0].steps[0].notify.text: the expression is wrong: Unknown variable: item',
    ],
  },
  {
    what: 'inputs in a playbook',
    file: 'playbooks/every-kind.yaml',
    from: 'approve: The host may be cut off',
    to: 'approve: = inputs.host',
    problems: ['playbooks/every-kind.yaml:5:16 contain[0].approve: the expression is wrong: Unknown variable: inputs'],
  },
];
