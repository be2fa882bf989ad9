// Broken plans: Each other kind of step.

import type { BrokenPlan } from './broken-plan.ts';

export const steps: readonly BrokenPlan[] = [
  {
    what: 'approve: nothing to agree to',
    file: 'playbooks/every-kind.yaml',
    from: 'approve: The host may be cut off',
    to: "approve: ''",
    problems: ['playbooks/every-kind.yaml:5:14 contain[0].approve: is "": write a text'],
  },
  {
    what: 'approve: an expression that gives no text',
    file: 'playbooks/every-kind.yaml',
    from: 'approve: The host may be cut off',
    to: 'approve: = service.tier',
    problems: [
      'playbooks/every-kind.yaml:5:14 contain[0].approve: the expression gives an int; write one that gives a string',
    ],
  },
  {
    what: 'approve: a quorum of too many',
    file: 'playbooks/every-kind.yaml',
    from: 'approval: { quorum: 2 }',
    to: 'approval: { quorum: 6 }',
    problems: ['playbooks/every-kind.yaml:6:25 contain[0].approval.quorum: is 6: write 5 or less'],
  },
  {
    what: 'approve: a level, which only actions have',
    file: 'playbooks/every-kind.yaml',
    from: 'approval: { quorum: 2 }',
    to: 'level: auto',
    problems: [
      'playbooks/every-kind.yaml:6:5 contain[0].level: there is no key "level" here: write one of id, title, if, on_failure, timeout, approve, approval',
    ],
  },
  {
    what: 'for_each: what is no list',
    file: 'playbooks/every-kind.yaml',
    from: 'in: = entities.ip',
    to: 'in: = service.name',
    problems: [
      'playbooks/every-kind.yaml:9:11 contain[1].for_each.in: the expression gives a string; write one that gives a list',
    ],
  },
  {
    what: 'for_each: a list that is written out',
    file: 'playbooks/every-kind.yaml',
    from: 'in: = entities.ip',
    to: 'in: [203.0.113.7]',
    problems: [
      'playbooks/every-kind.yaml:9:11 contain[1].for_each.in: is ["203.0.113.7"]: write "=" and a CEL expression',
    ],
  },
  {
    what: 'for_each: too many at once',
    file: 'playbooks/every-kind.yaml',
    from: 'at_once: 4',
    to: 'at_once: 21',
    problems: ['playbooks/every-kind.yaml:10:16 contain[1].for_each.at_once: is 21: write 20 or less'],
  },
  {
    what: 'for_each: no steps',
    file: 'playbooks/every-kind.yaml',
    from: `      steps:
        - id: block
          action: block_ip
          with: { ip: = item }
          hold: 1h
`,
    to: `      steps: []
`,
    problems: ['playbooks/every-kind.yaml:11:14 contain[1].for_each.steps: is []: write a step'],
  },
  {
    what: 'for_each: a policy that is not there',
    file: 'playbooks/every-kind.yaml',
    from: 'at_once: 4',
    to: 'on_item_failure: stopp',
    problems: [
      'playbooks/every-kind.yaml:10:24 contain[1].for_each.on_item_failure: is "stopp": write one of continue, stop; did you mean "stop"?',
    ],
  },
  {
    what: 'for_each: an item of another type',
    file: 'playbooks/every-kind.yaml',
    from: 'with: { ip: = item }',
    to: 'with: { ip: = item.kind }',
    problems: [
      "playbooks/every-kind.yaml:14:30 contain[1].for_each.steps[0].with.ip: the expression is wrong: Cannot index type 'string'",
    ],
  },
  {
    what: 'ask: an answer of a type that is not there',
    file: 'playbooks/every-kind.yaml',
    from: 'answer: { choices: [ours, theirs] }',
    to: 'answer: yesno',
    problems: [
      'playbooks/every-kind.yaml:24:15 contain[3].ask.answer: is "yesno": write one of yes_no, text, number; did you mean "yes_no"?',
    ],
  },
  {
    what: 'ask: one choice',
    file: 'playbooks/every-kind.yaml',
    from: 'choices: [ours, theirs]',
    to: 'choices: [ours]',
    problems: [
      'playbooks/every-kind.yaml:24:26 contain[3].ask.answer.choices: is ["ours"]: write 2 items or more',
      'playbooks/every-kind.yaml:26:18 contain[3].ask.otherwise: is "theirs": write an answer of the type that "answer" names',
    ],
  },
  {
    what: 'ask: an otherwise of another type',
    file: 'playbooks/every-kind.yaml',
    from: 'otherwise: theirs',
    to: 'otherwise: true',
    problems: [
      'playbooks/every-kind.yaml:26:18 contain[3].ask.otherwise: is true: write an answer of the type that "answer" names',
    ],
  },
  {
    what: 'ask: no time',
    file: 'playbooks/every-kind.yaml',
    from: `      within: 1h
`,
    to: '',
    problems: [
      'playbooks/every-kind.yaml:23:7 contain[3].ask.within: is missing: write a duration, such as 90s, 15m, 4h or 3d',
    ],
  },
  {
    what: 'ask: a role that may not answer',
    file: 'playbooks/every-kind.yaml',
    from: `      within: 1h
`,
    to: `      within: 1h
      roles: [viewer]
`,
    problems: ['playbooks/every-kind.yaml:26:15 contain[3].ask.roles[0]: is "viewer": write one of responder, admin'],
  },
  {
    what: 'choose: a branch without when that is not the last',
    file: 'playbooks/every-kind.yaml',
    from: `      - when: = steps.who.answer == "ours"
        steps:`,
    to: '      - steps:',
    problems: [
      'playbooks/every-kind.yaml:29:7 contain[4].choose: is [{"steps":[{"id":"tell-owner","notify":{"text":"It is one of ours","team":"le…: only the last of them may be without "when"',
    ],
  },
  {
    what: 'choose: a branch without steps',
    file: 'playbooks/every-kind.yaml',
    from: `      - when: = steps.who.answer == "ours"
        steps:
          - id: tell-owner
            notify: { text: It is one of ours, team: lead }`,
    to: '      - when: = steps.who.answer == "ours"',
    problems: ['playbooks/every-kind.yaml:29:9 contain[4].choose[0].steps: is missing: write a list'],
  },
  {
    what: 'notify: a team that is not there',
    file: 'playbooks/every-kind.yaml',
    from: 'text: It is one of ours, team: lead',
    to: 'text: It is one of ours, team: leed',
    problems: [
      'playbooks/every-kind.yaml:32:54 contain[4].choose[0].steps[0].notify.team: there is no team "leed"; did you mean "lead"?',
    ],
  },
  {
    what: 'notify: a channel without a recipient',
    file: 'playbooks/every-kind.yaml',
    from: 'text: It is one of ours, team: lead',
    to: 'text: It is one of ours, channel: console',
    problems: [
      'playbooks/every-kind.yaml:32:21 contain[4].choose[0].steps[0].notify: is {"text":"It is one of ours","channel":"console"}: write "channel" and "to" together',
    ],
  },
  {
    what: 'notify: a channel that is not there',
    file: 'playbooks/every-kind.yaml',
    from: 'text: It is one of ours, team: lead',
    to: 'text: It is one of ours, channel: consle, to: x',
    problems: [
      'playbooks/every-kind.yaml:32:57 contain[4].choose[0].steps[0].notify.channel: there is no channel "consle"; did you mean "console"?',
    ],
  },
  {
    what: 'notify: no text',
    file: 'playbooks/every-kind.yaml',
    from: 'text: It is one of ours, team: lead',
    to: 'team: lead',
    problems: ['playbooks/every-kind.yaml:32:21 contain[4].choose[0].steps[0].notify.text: is missing: write a text'],
  },
  {
    what: 'parallel: one branch',
    file: 'playbooks/every-kind.yaml',
    from: `              - steps:
                  - id: note
                    set: { counted: = steps.blocks.items.done }
`,
    to: '',
    problems: [
      'playbooks/every-kind.yaml:36:15 contain[4].choose[1].steps[0].parallel: is [{"steps":[{"id":"tell-lead","notify":{"text":"It is not ours","team":"lead"}…: write two branches or more',
    ],
  },
  {
    what: 'parallel: a step twice, in two branches',
    file: 'playbooks/every-kind.yaml',
    from: '- id: note',
    to: '- id: tell-lead',
    problems: [
      'playbooks/every-kind.yaml:40:25 contain[4].choose[1].steps[0].parallel[1].steps[0].id: there is a step "tell-lead" already: give it a name of its own',
    ],
  },
  {
    what: 'set: a name that is none',
    file: 'playbooks/every-kind.yaml',
    from: 'set: { counted:',
    to: 'set: { counted-ones:',
    problems: [
      'playbooks/every-kind.yaml:41:28 contain[4].choose[1].steps[0].parallel[1].steps[0].set.counted-ones: write lower-case letters, digits and "_", beginning with a letter, at most 40 characters',
    ],
  },
  {
    what: 'set: nothing',
    file: 'playbooks/every-kind.yaml',
    from: 'set: { counted: = steps.blocks.items.done }',
    to: 'set: {}',
    problems: [
      'playbooks/every-kind.yaml:41:26 contain[4].choose[1].steps[0].parallel[1].steps[0].set: is {}: write a name and a value',
    ],
  },
  {
    what: 'set: a timeout, which it cannot have',
    file: 'playbooks/every-kind.yaml',
    from: 'set: { counted: = steps.blocks.items.done }',
    to: `set: { counted: 1 }
                    timeout: 1m`,
    problems: [
      'playbooks/every-kind.yaml:42:21 contain[4].choose[1].steps[0].parallel[1].steps[0].timeout: there is no key "timeout" here: write one of id, title, if, on_failure, set',
    ],
  },
  {
    what: 'wait: for and until',
    file: 'playbooks/every-kind.yaml',
    from: 'wait: { for: 10m }',
    to: 'wait: { for: 10m, until: resolved, at_most: 1h }',
    problems: [
      'playbooks/every-kind.yaml:46:11 verify[1].wait: is {"for":"10m","until":"resolved","at_most":"1h"}: write "for", or "until" with "at_most"',
    ],
  },
  {
    what: 'wait: no end',
    file: 'playbooks/every-kind.yaml',
    from: 'wait: { until: resolved, at_most: 2h }',
    to: 'wait: { until: resolved }',
    problems: [
      'playbooks/every-kind.yaml:44:11 verify[0].wait: is {"until":"resolved"}: write "for", or "until" with "at_most"',
    ],
  },
  {
    what: 'wait: a condition that is no yes or no',
    file: 'playbooks/every-kind.yaml',
    from: 'until: = vars.counted > 0',
    to: 'until: = service.name',
    problems: [
      'playbooks/every-kind.yaml:49:14 verify[2].wait.until: the expression gives a string; write one that gives a bool',
    ],
  },
  {
    what: 'wait: a word that is not there',
    file: 'playbooks/every-kind.yaml',
    from: 'wait: { until: resolved, at_most: 2h }',
    to: 'wait: { until: resolve, at_most: 2h }',
    problems: [
      'playbooks/every-kind.yaml:44:20 verify[0].wait.until: is "resolve": write "=" and a CEL expression, such as = labels.kind == "brute_force"',
    ],
  },
  {
    what: 'use: a module that is not there',
    file: 'playbooks/every-kind.yaml',
    from: 'use: isolate',
    to: 'use: isolat',
    problems: ['playbooks/every-kind.yaml:17:10 contain[2].use: there is no module "isolat"; did you mean "isolate"?'],
  },
  {
    what: 'use: an input that is missing',
    file: 'playbooks/every-kind.yaml',
    from: `      host: = entities.host[0]
`,
    to: '',
    problems: ['playbooks/every-kind.yaml:19:7 contain[2].with: the input "host" of isolate is missing'],
  },
  {
    what: 'use: an input that is not there',
    file: 'playbooks/every-kind.yaml',
    from: '      minutes: 30',
    to: '      minuts: 30',
    problems: [
      'playbooks/every-kind.yaml:20:7 contain[2].with.minuts: the module isolate has no input "minuts": its inputs are host, minutes; did you mean "minutes"?',
    ],
  },
  {
    what: 'use: an input of another type',
    file: 'playbooks/every-kind.yaml',
    from: '      minutes: 30',
    to: '      minutes: soon',
    problems: ['playbooks/every-kind.yaml:20:16 contain[2].with.minutes: is "soon": this input takes an integer'],
  },
  {
    what: 'use: a computed input of another type',
    file: 'playbooks/every-kind.yaml',
    from: '      host: = entities.host[0]',
    to: '      host: = service.tier',
    problems: [
      'playbooks/every-kind.yaml:19:13 contain[2].with.host: the expression gives an int; write one that gives a string',
    ],
  },
  {
    what: 'on_failure: steps that are none',
    file: 'playbooks/every-kind.yaml',
    from: '    approval: { quorum: 2 }',
    to: '    on_failure: { steps: [] }',
    problems: ['playbooks/every-kind.yaml:6:26 contain[0].on_failure.steps: is []: write a step'],
  },
  {
    what: 'on_failure: steps that are wrong inside',
    file: 'playbooks/every-kind.yaml',
    from: '    approval: { quorum: 2 }',
    to: '    on_failure: { steps: [{ id: x, action: block_pi }] }',
    problems: [
      'playbooks/every-kind.yaml:6:44 contain[0].on_failure.steps[0].action: there is no action "block_pi"; did you mean "block_ip"?',
    ],
  },
];
