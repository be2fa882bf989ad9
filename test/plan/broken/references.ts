// Broken plans: What expressions of a step say of others.

import type { BrokenPlan } from './broken-plan.ts';

export const references: readonly BrokenPlan[] = [
  {
    what: 'a step that is not there',
    file: 'playbooks/every-kind.yaml',
    from: 'steps.who.answer == "ours"',
    to: 'steps.whom.answer == "ours"',
    problems: [
      'playbooks/every-kind.yaml:29:17 contain[4].choose[0].when: there is no step "whom" before this one; did you mean "who"?',
    ],
  },
  {
    what: 'a step that comes later',
    file: 'playbooks/every-kind.yaml',
    from: 'when: = steps.who.answer == "ours"',
    to: 'when: = steps.calm.result == "done"',
    problems: [
      'playbooks/every-kind.yaml:29:17 contain[4].choose[0].when: the step "calm" does not come before this one: move one of them',
    ],
  },
  {
    what: 'the step itself',
    file: 'playbooks/every-kind.yaml',
    from: 'if: = steps.isolate.outputs.ended',
    to: 'if: = steps.scaled.result == "done"',
    problems: [
      'playbooks/every-kind.yaml:53:11 recover[0].if: the step "scaled" does not come before this one: move one of them',
    ],
  },
  {
    what: 'an answer of what is no question',
    file: 'playbooks/every-kind.yaml',
    from: 'steps.who.answer == "ours"',
    to: 'steps.sure.answer == "ours"',
    problems: [
      'playbooks/every-kind.yaml:29:17 contain[4].choose[0].when: the step "sure" has no answer: it is no question',
    ],
  },
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
    what: 'a choice that is used as yes or no',
    file: 'playbooks/every-kind.yaml',
    from: 'when: = steps.who.answer == "ours"',
    to: 'when: = steps.who.answer',
    problems: [
      'playbooks/every-kind.yaml:29:17 contain[4].choose[0].when: the answer to "who" is one of ours, theirs, not yes or no: compare it, as in steps["who"].answer == "ours"',
    ],
  },
  {
    what: 'a choice that is negated',
    file: 'playbooks/every-kind.yaml',
    from: 'when: = steps.who.answer == "ours"',
    to: 'when: = !steps.who.answer',
    problems: [
      'playbooks/every-kind.yaml:29:18 contain[4].choose[0].when: the answer to "who" is one of ours, theirs, not yes or no: compare it, as in steps["who"].answer == "ours"',
    ],
  },
  {
    what: 'a choice that is one of two conditions',
    file: 'playbooks/every-kind.yaml',
    from: 'when: = steps.who.answer == "ours"',
    to: 'when: = incident.drill || steps["who"].answer',
    problems: [
      'playbooks/every-kind.yaml:29:35 contain[4].choose[0].when: the answer to "who" is one of ours, theirs, not yes or no: compare it, as in steps["who"].answer == "ours"',
    ],
  },
  {
    what: 'a choice that decides between two values',
    file: 'playbooks/every-kind.yaml',
    from: 'when: = steps.who.answer == "ours"',
    to: `when: '= steps.who.answer ? true : false'`,
    problems: [
      'playbooks/every-kind.yaml:29:18 contain[4].choose[0].when: the answer to "who" is one of ours, theirs, not yes or no: compare it, as in steps["who"].answer == "ours"',
    ],
  },
  {
    what: 'a choice that is the outcome of a decision',
    file: 'playbooks/every-kind.yaml',
    from: 'when: = steps.who.answer == "ours"',
    to: `when: '= incident.drill ? steps.who.answer : false'`,
    problems: [
      'playbooks/every-kind.yaml:29:35 contain[4].choose[0].when: the answer to "who" is one of ours, theirs, not yes or no: compare it, as in steps["who"].answer == "ours"',
    ],
  },
  {
    what: 'a text that is used as yes or no',
    file: 'playbooks/every-kind.yaml',
    from: '      answer: { choices: [ours, theirs] }\n      within: 1h\n      otherwise: theirs\n  - id: whose\n    choose:\n      - when: = steps.who.answer == "ours"',
    to: '      answer: text\n      within: 1h\n      otherwise: theirs\n  - id: whose\n    choose:\n      - when: = steps.who.answer',
    problems: [
      'playbooks/every-kind.yaml:29:17 contain[4].choose[0].when: the answer to "who" is a text, not yes or no: compare it, as in steps["who"].answer == "yes"',
    ],
  },
  {
    what: 'an answer of another type',
    file: 'playbooks/every-kind.yaml',
    from: 'steps.who.answer == "ours"',
    to: 'steps.who.answer == 3',
    problems: [
      'playbooks/every-kind.yaml:29:17 contain[4].choose[0].when: nobody can answer 3 to "who": the answer is one of ours, theirs',
    ],
  },
  {
    what: 'an answer that nobody can give',
    file: 'playbooks/every-kind.yaml',
    from: 'steps.who.answer == "ours"',
    to: 'steps.who.answer == "mine"',
    problems: [
      'playbooks/every-kind.yaml:29:17 contain[4].choose[0].when: nobody can answer "mine" to "who": the answer is one of ours, theirs',
    ],
  },
  {
    what: 'an output that is not there',
    file: 'playbooks/every-kind.yaml',
    from: 'steps.isolate.outputs.ended',
    to: 'steps.isolate.outputs.done',
    problems: ['playbooks/every-kind.yaml:53:11 recover[0].if: the module isolate has no output "done": it has ended'],
  },
  {
    what: 'a step inside a module',
    file: 'playbooks/every-kind.yaml',
    from: 'steps.isolate.outputs.ended',
    to: 'steps.cut.result == "done"',
    problems: ['playbooks/every-kind.yaml:53:11 recover[0].if: there is no step "cut" before this one'],
  },
  {
    what: 'a step inside of a for_each',
    file: 'playbooks/every-kind.yaml',
    from: 'steps.isolate.outputs.ended',
    to: 'steps.block.result == "done"',
    problems: [
      'playbooks/every-kind.yaml:53:11 recover[0].if: the step "block" runs for each item of "blocks": look at steps["blocks"].items',
    ],
  },
  {
    what: 'a variable that nothing sets',
    file: 'playbooks/every-kind.yaml',
    from: 'vars.counted > 0',
    to: 'vars.conted > 0',
    problems: [
      'playbooks/every-kind.yaml:49:16 verify[2].wait.until: nothing sets vars.conted before this step; did you mean "counted"?',
    ],
  },
  {
    what: 'items of what is no for_each',
    file: 'playbooks/every-kind.yaml',
    from: '= steps.blocks.items.done',
    to: '= steps.sure.items.done',
    problems: [
      'playbooks/every-kind.yaml:41:39 contain[4].choose[1].steps[0].parallel[1].steps[0].set.counted: the step "sure" has no items: it is no for_each',
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
