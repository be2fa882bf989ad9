// Broken plans: modules/*.yaml, and steps that use them.

import type { BrokenPlan } from './broken-plan.ts';

export const modules: readonly BrokenPlan[] = [
  {
    what: 'another name than its file',
    file: 'modules/isolate.yaml',
    from: 'name: isolate',
    to: 'name: isolation',
    problems: ['modules/isolate.yaml:1:7 name: is "isolation": name the file isolation.yaml, or the other way round'],
  },
  {
    what: 'an input of a type that is not there',
    file: 'modules/isolate.yaml',
    from: 'type: integer, default: 60',
    to: 'type: int, default: 60',
    problems: [
      'modules/isolate.yaml:5:20 inputs.minutes.type: is "int": write one of string, integer, number, boolean, list; did you mean "list"?',
    ],
  },
  {
    what: 'a default of another type',
    file: 'modules/isolate.yaml',
    from: 'type: integer, default: 60',
    to: 'type: integer, default: 1h',
    problems: [
      'modules/isolate.yaml:5:38 inputs.minutes.default: is "1h": write a value of the type that "type" names',
    ],
  },
  {
    what: 'an input that is not there',
    file: 'modules/isolate.yaml',
    from: '= inputs.host',
    to: '= inputs.hots',
    problems: [
      'modules/isolate.yaml:11:35 steps[0].with.arguments.host: the expression is wrong: No such key: hots; did you mean "host"?',
    ],
  },
  {
    what: 'an output that names a step that is not there',
    file: 'modules/isolate.yaml',
    from: 'steps.cut.result',
    to: 'steps.cutt.result',
    problems: [
      'modules/isolate.yaml:15:12 outputs.ended: there is no step "cutt" before this one; did you mean "cut"?',
    ],
  },
  {
    what: 'an output that is no expression',
    file: 'modules/isolate.yaml',
    from: 'ended: = steps.cut.result == "done"',
    to: 'ended: done',
    problems: [
      'modules/isolate.yaml:15:10 outputs.ended: is "done": write "=" and a CEL expression, such as = labels.kind == "brute_force"',
    ],
  },
  {
    what: 'a module that uses itself',
    file: 'modules/isolate.yaml',
    from: '    wait: { for: 10m }',
    to: `    use: isolate
    with: { host: = inputs.host }`,
    problems: ['modules/isolate.yaml:13:10 steps[1].use: the module uses itself: isolate → isolate'],
  },
  {
    what: 'a module without steps',
    file: 'modules/isolate.yaml',
    from: `steps:
  - id: cut`,
    to: `step:
  - id: cut`,
    problems: [
      'modules/isolate.yaml:1:1 steps: is missing: write a list',
      'modules/isolate.yaml:6:1 step: there is no key "step" here: write one of name, title, description, inputs, outputs, steps; did you mean "steps"?',
    ],
  },
  {
    what: 'a step twice',
    file: 'modules/isolate.yaml',
    from: 'id: hold',
    to: 'id: cut',
    problems: ['modules/isolate.yaml:12:9 steps[1].id: there is a step "cut" already: give it a name of its own'],
  },
  {
    what: 'a phase, which only playbooks have',
    file: 'modules/isolate.yaml',
    from: 'outputs:',
    to: `verify: []
outputs:`,
    problems: [
      'modules/isolate.yaml:14:1 verify: there is no key "verify" here: write one of name, title, description, inputs, outputs, steps',
    ],
  },
  {
    what: 'a cycle of modules',
    file: 'modules/isolate.yaml',
    from: '    wait: { for: 10m }',
    to: '    use: again',
    problems: [
      'modules/again.yaml:5:10 steps[0].use: the module uses itself: again → isolate → again',
      'modules/isolate.yaml:13:10 steps[1].use: the module uses itself: isolate → again → isolate',
    ],
  },
];
