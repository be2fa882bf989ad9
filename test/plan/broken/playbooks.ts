// Broken plans: playbooks/*.yaml: the playbook itself, and steps that are actions.

import type { BrokenPlan } from './broken-plan.ts';

export const playbooks: readonly BrokenPlan[] = [
  {
    what: 'no title',
    file: 'playbooks/unknown.yaml',
    from: `title: New to the plan
`,
    to: '',
    problems: ['playbooks/unknown.yaml:2:1 title: is missing: write a text'],
  },
  {
    what: 'an unknown phase',
    file: 'playbooks/service-down.yaml',
    from: 'verify:',
    to: 'check:',
    problems: [
      'playbooks/service-down.yaml:26:1 check: there is no key "check" here: write one of name, title, description, references, runbook, contain, verify, recover',
    ],
  },
  {
    what: 'an unknown key of a step',
    file: 'playbooks/service-down.yaml',
    from: '    level: approve',
    to: '    levle: approve',
    problems: [
      'playbooks/service-down.yaml:21:5 contain[0].levle: there is no key "levle" here: write one of id, title, if, on_failure, timeout, action, with, level, hold, retry, approval, undo; did you mean "level"?',
    ],
  },
  {
    what: 'a step that does nothing',
    file: 'playbooks/service-down.yaml',
    from: `    action: http_check
    with:
      service: = service.name
    level: auto`,
    to: '    title: Nothing',
    problems: [
      'playbooks/service-down.yaml:27:5 verify[0]: the step does not say what it does: write one of action, approve, notify, ask, wait, parallel, for_each, choose, use, set',
    ],
  },
  {
    what: 'a step that does two things',
    file: 'playbooks/service-down.yaml',
    from: `    action: http_check
`,
    to: `    action: http_check
    notify: { text: Down }
`,
    problems: [
      'playbooks/service-down.yaml:27:5 verify[0]: the step has both "action" and "notify": a step does one thing, so make two',
    ],
  },
  {
    what: 'a kind with a typo',
    file: 'playbooks/service-down.yaml',
    from: `    action: http_check
`,
    to: `    acton: http_check
`,
    problems: [
      'playbooks/service-down.yaml:29:5 verify[0].acton: the step does not say what it does: write one of action, approve, notify, ask, wait, parallel, for_each, choose, use, set; did you mean "action"?',
    ],
  },
  {
    what: 'a step that is a text',
    file: 'playbooks/service-down.yaml',
    from: `verify:
`,
    to: `verify:
  - health check
`,
    problems: ['playbooks/service-down.yaml:27:5 verify[0]: is "health check": write keys and values'],
  },
  {
    what: 'an id that is none',
    file: 'playbooks/service-down.yaml',
    from: 'id: health',
    to: 'id: Health check',
    problems: [
      'playbooks/service-down.yaml:27:9 verify[0].id: is "Health check": write lower-case letters, digits and "-", beginning with a letter, at most 40 characters',
    ],
  },
  {
    what: 'an id twice',
    file: 'playbooks/service-down.yaml',
    from: 'id: health',
    to: 'id: restart',
    problems: [
      'playbooks/service-down.yaml:27:9 verify[0].id: there is a step "restart" already: give it a name of its own',
    ],
  },
  {
    what: 'no id',
    file: 'playbooks/service-down.yaml',
    from: `  - id: health
    if:`,
    to: '  - if:',
    problems: ['playbooks/service-down.yaml:27:5 verify[0].id: is missing: write a text'],
  },
  {
    what: 'an action that is not there',
    file: 'playbooks/service-down.yaml',
    from: 'action: restart_service',
    to: 'action: restart_servce',
    problems: [
      'playbooks/service-down.yaml:17:13 contain[0].action: there is no action "restart_servce"; did you mean "restart_service"?',
    ],
  },
  {
    what: 'a parameter that is not there',
    file: 'playbooks/service-down.yaml',
    from: `      service: = service.name
    # observe`,
    to: `      servce: = service.name
    # observe`,
    problems: [
      'playbooks/service-down.yaml:19:7 contain[0].with.servce: restart_service has no parameter "servce": its parameters are service; did you mean "service"?',
      'playbooks/service-down.yaml:19:7 contain[0].with: the parameter "service" of restart_service is missing',
    ],
  },
  {
    what: 'a parameter that is missing',
    file: 'playbooks/service-down.yaml',
    from: `    with:
      service: = service.name
    # observe`,
    to: '    # observe',
    problems: [
      'playbooks/service-down.yaml:14:5 contain[0].with: the parameter "service" of restart_service is missing',
    ],
  },
  {
    what: 'a parameter of another type',
    file: 'playbooks/service-down.yaml',
    from: `      service: = service.name
    # observe`,
    to: `      service: 7
    # observe`,
    problems: [
      'playbooks/service-down.yaml:19:16 contain[0].with.service: Invalid input: expected string, received number',
    ],
  },
  {
    what: 'a computed parameter of another type',
    file: 'playbooks/service-down.yaml',
    from: `      service: = service.name
    # observe`,
    to: `      service: = service.tier
    # observe`,
    problems: [
      'playbooks/service-down.yaml:19:16 contain[0].with.service: the expression gives an int; this parameter takes a string',
    ],
  },
  {
    what: 'a parameter out of its bounds',
    file: 'playbooks/service-down.yaml',
    from: `      service: = service.name
    level: auto`,
    to: `      service: = service.name
      successes: 0
    level: auto`,
    problems: ['playbooks/service-down.yaml:32:18 verify[0].with.successes: Too small: expected number to be >=1'],
  },
  {
    what: 'a condition that is none',
    file: 'playbooks/service-down.yaml',
    from: `  - id: health
    if: = service.name != ""`,
    to: `  - id: health
    if: = service.name`,
    problems: [
      'playbooks/service-down.yaml:28:9 verify[0].if: the expression gives a string; write one that gives a bool',
    ],
  },
  {
    what: 'item where nothing is repeated',
    file: 'playbooks/service-down.yaml',
    from: `  - id: health
    if: = service.name != ""`,
    to: `  - id: health
    if: = item != ""`,
    problems: ['playbooks/service-down.yaml:28:11 verify[0].if: the expression is wrong: Unknown variable: item'],
  },
  {
    what: 'a level that is not there',
    file: 'playbooks/service-down.yaml',
    from: 'level: approve',
    to: 'level: aprove',
    problems: [
      'playbooks/service-down.yaml:21:12 contain[0].level: is "aprove": write one of observe, suggest, approve, auto; did you mean "approve"?',
    ],
  },
  {
    what: 'a hold of what holds nothing',
    file: 'playbooks/service-down.yaml',
    from: '    level: approve',
    to: `    level: approve
    hold: 1h`,
    problems: [
      'playbooks/service-down.yaml:22:11 contain[0].hold: restart_service holds nothing (it is a change); remove "hold"',
    ],
  },
  {
    what: 'a hold longer than the guards allow',
    file: 'playbooks/service-down.yaml',
    from: `    action: restart_service
    with:
      service: = service.name`,
    to: `    action: block_ip
    with:
      ip: 203.0.113.7
    hold: 8d`,
    problems: [
      'playbooks/service-down.yaml:20:11 contain[0].hold: 8d is longer than longest_hold of guards.yaml: write 7d or less',
    ],
  },
  {
    what: "a timeout longer than the action's",
    file: 'playbooks/service-down.yaml',
    from: '    level: approve',
    to: `    level: approve
    timeout: 1d`,
    problems: [
      'playbooks/service-down.yaml:22:14 contain[0].timeout: restart_service ends within 60 s: write that or less',
    ],
  },
  {
    what: 'too many attempts',
    file: 'playbooks/service-down.yaml',
    from: '    level: approve',
    to: `    level: approve
    retry: { attempts: 11 }`,
    problems: ['playbooks/service-down.yaml:22:24 contain[0].retry.attempts: is 11: write 10 or less'],
  },
  {
    what: 'a failure policy that is not there',
    file: 'playbooks/service-down.yaml',
    from: 'on_failure: escalate',
    to: 'on_failure: retry',
    problems: [
      'playbooks/service-down.yaml:23:17 contain[0].on_failure: is "retry": write one of fail, continue, undo, escalate',
    ],
  },
  {
    what: 'a stricter approval by nobody',
    file: 'playbooks/service-down.yaml',
    from: '    level: approve',
    to: `    level: approve
    approval: { roles: [] }`,
    problems: ['playbooks/service-down.yaml:22:24 contain[0].approval.roles: is []: write 1 item or more'],
  },
  {
    what: 'a runbook that is empty',
    file: 'playbooks/unknown.yaml',
    from: 'description: No rule matches, so nothing is done by itself. People are told and decide.',
    to: "description: ''",
    problems: ['playbooks/unknown.yaml:4:14 description: is "": write a text'],
  },
  {
    what: 'an undo where the action has its own',
    file: 'playbooks/every-kind.yaml',
    from: `    action: restart_service
    with: { service: shop }`,
    to: `    action: run_command
    with: { command: scale }`,
    problems: ['playbooks/every-kind.yaml:56:5 recover[0].undo: run_command has an undo of its own; remove "undo"'],
  },
  {
    what: 'an undo that is no action',
    file: 'playbooks/every-kind.yaml',
    from: `      action: run_command
      with: { command: scale-back }`,
    to: `      action: run_comand
      with: { command: scale-back }`,
    problems: [
      'playbooks/every-kind.yaml:57:15 recover[0].undo.action: there is no action "run_comand"; did you mean "run_command"?',
    ],
  },
  {
    what: 'an undo with a parameter of another type',
    file: 'playbooks/every-kind.yaml',
    from: 'with: { command: scale-back }',
    to: 'with: { command: 7 }',
    problems: [
      'playbooks/every-kind.yaml:58:24 recover[0].undo.with.command: Invalid input: expected string, received number',
    ],
  },
];
