// Broken plans: rules.yaml.

import type { BrokenPlan } from './broken-plan.ts';

export const rules: readonly BrokenPlan[] = [
  {
    what: 'an unknown key',
    file: 'rules.yaml',
    from: '    severity: high',
    to: '    severty: high',
    problems: [
      'rules.yaml:15:5 rules[1].severty: there is no key "severty" here: write one of name, when, title, severity, playbook, service, team, dismiss, correlate; did you mean "severity"?',
    ],
  },
  {
    what: 'an unknown severity',
    file: 'rules.yaml',
    from: 'severity: high',
    to: 'severity: hihg',
    problems: [
      'rules.yaml:15:15 rules[1].severity: is "hihg": write one of critical, high, medium, low, info; did you mean "high"?',
    ],
  },
  {
    what: 'a playbook that is not there',
    file: 'rules.yaml',
    from: 'playbook: service-down',
    to: 'playbook: servicedown',
    problems: ['rules.yaml:16:15 rules[1].playbook: there is no playbook "servicedown"; did you mean "service-down"?'],
  },
  {
    what: 'a default that is not there',
    file: 'rules.yaml',
    from: 'playbook: unknown',
    to: 'playbook: unknwon',
    problems: ['rules.yaml:20:13 default.playbook: there is no playbook "unknwon"; did you mean "unknown"?'],
  },
  {
    what: 'no default',
    file: 'rules.yaml',
    from: `default:
  playbook: unknown`,
    to: '',
    problems: ['rules.yaml:5:1 default: is missing: write keys and values'],
  },
  {
    what: 'a condition without =',
    file: 'rules.yaml',
    from: '= labels.alertname == "Watchdog"',
    to: 'labels.alertname == "Watchdog"',
    problems: [
      'rules.yaml:8:11 rules[0].when: is "labels.alertname == \\"Watchdog\\"": write "=" and a CEL expression, such as = labels.kind == "brute_force"',
    ],
  },
  {
    what: 'a condition that is none',
    file: 'rules.yaml',
    from: '= labels.alertname == "Watchdog"',
    to: '= labels.alertname',
    problems: ['rules.yaml:8:11 rules[0].when: the expression gives a string; write one that gives a bool'],
  },
  {
    what: 'a variable that is not there',
    file: 'rules.yaml',
    from: '= labels.alertname == "Watchdog"',
    to: '= lables.alertname == "Watchdog"',
    problems: [
      'rules.yaml:8:13 rules[0].when: the expression is wrong: Unknown variable: lables; did you mean "labels"?',
    ],
  },
  {
    what: 'a field that is not there',
    file: 'rules.yaml',
    from: '= labels.alertname == "Watchdog"',
    to: '= service.teir == 1',
    problems: ['rules.yaml:8:21 rules[0].when: the expression is wrong: No such key: teir; did you mean "team"?'],
  },
  {
    what: 'a comparison of types that never match',
    file: 'rules.yaml',
    from: '= labels.alertname == "Watchdog"',
    to: '= service.tier == "1"',
    problems: ['rules.yaml:8:13 rules[0].when: the expression is wrong: no such overload: int == string'],
  },
  {
    what: 'a function that is not allowed',
    file: 'rules.yaml',
    from: '= labels.alertname == "Watchdog"',
    to: '= labels.alertname.matches("^W")',
    problems: [
      'rules.yaml:8:13 rules[0].when: the expression is wrong: calls matches(), whose patterns can take minutes: use re2()',
    ],
  },
  {
    what: 'a pattern that is none',
    file: 'rules.yaml',
    from: '= labels.alertname == "Watchdog"',
    to: '= labels.alertname.re2("(")',
    problems: [
      'rules.yaml:8:13 rules[0].when: the expression is wrong: the pattern is not RE2: error parsing regexp: missing closing ): `(`',
    ],
  },
  {
    what: 'a loop in a loop in a loop',
    file: 'rules.yaml',
    from: '= labels.alertname == "Watchdog"',
    to: '= alerts.all(a, alerts.all(b, alerts.all(c, a.title == b.title && b.title == c.title)))',
    problems: [
      'rules.yaml:8:13 rules[0].when: the expression is wrong: costs up to 26507652 steps, at most 100000 are allowed: nest fewer loops, or loop over shorter lists',
    ],
  },
  {
    what: 'a rule that dismisses and responds',
    file: 'rules.yaml',
    from: '    when: = labels.alertname == "Watchdog"',
    to: `    when: = labels.alertname == "Watchdog"
    playbook: unknown`,
    problems: [
      'rules.yaml:11:7 rules[0].dismiss: is {"disposition":"benign","reason":"It always fires and proves that alerting wo…: a rule either dismisses or names a playbook; remove one of the two',
    ],
  },
  {
    what: 'a disposition that is not there',
    file: 'rules.yaml',
    from: 'disposition: benign',
    to: 'disposition: bening',
    problems: [
      'rules.yaml:10:20 rules[0].dismiss.disposition: is "bening": write one of true_positive, benign, false_positive, duplicate; did you mean "benign"?',
    ],
  },
  {
    what: 'a rule twice',
    file: 'rules.yaml',
    from: 'name: heartbeat',
    to: 'name: service-down',
    problems: ['rules.yaml:13:11 rules[1].name: there is a rule "service-down" already: give it a name of its own'],
  },
  {
    what: 'a team that is not there',
    file: 'rules.yaml',
    from: '    severity: high',
    to: `    severity: high
    team: oncall`,
    problems: ['rules.yaml:16:11 rules[1].team: there is no team "oncall"; did you mean "on-call"?'],
  },
  {
    what: 'a tier that is not there',
    file: 'rules.yaml',
    from: 'tier: 1',
    to: 'tier: 0',
    problems: ['rules.yaml:24:11 raise[0].tier: is 0: write 1 or more'],
  },
  {
    what: 'too many levels',
    file: 'rules.yaml',
    from: 'levels: 1',
    to: 'levels: 9',
    problems: ['rules.yaml:25:13 raise[0].levels: is 9: write 4 or less'],
  },
  {
    what: 'a correlation by what cannot be',
    file: 'rules.yaml',
    from: '    severity: high',
    to: '    correlate: [{ by: host, within: 15m }]',
    problems: ['rules.yaml:15:23 rules[1].correlate[0].by: is "host": write one of service, dependency, entity'],
  },
  {
    what: 'a correlation with a playbook that is not there',
    file: 'rules.yaml',
    from: '    severity: high',
    to: '    correlate: [{ by: service, within: 15m, into: [servicedown] }]',
    problems: [
      'rules.yaml:15:52 rules[1].correlate[0].into[0]: there is no playbook "servicedown"; did you mean "service-down"?',
    ],
  },
];
