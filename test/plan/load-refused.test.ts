// One mistake at a time in a small plan folder: each is refused with its place, what was found and what would be right.

import { describe, expect, it } from 'vitest';
import { goodFiles, problemsOf } from './folder.ts';

const block = goodFiles['playbooks/block.yaml'] ?? '';
const rules = goodFiles['rules.yaml'] ?? '';
const step = (lines: string): string => `name: block\ntitle: Block\ncontain:\n  - id: block\n${lines}`;
const inBlock = (text: string) => ({ 'playbooks/block.yaml': text });
const inRules = (from: string, to: string) => ({ 'rules.yaml': rules.replace(from, to) });

describe('a broken plan folder', () => {
  it.each<[string, Record<string, string | null>, string]>([
    [
      'a missing file',
      { 'slas.yaml': null },
      'slas.yaml:1:1: is not there: create it (docs/response-plan.md says what belongs into it)',
    ],
    ['an empty file', { 'routing.yaml': '' }, 'routing.yaml:1:1: is empty: write keys and values'],
    [
      'a file that nothing reads',
      { 'rule.yaml': 'x: 1\n' },
      'rule.yaml:1:1: nothing reads this file; did you mean "rules.yaml"?',
    ],
    [
      'a file name that is not the playbook’s',
      { 'playbooks/blok.yaml': block },
      'playbooks/blok.yaml:1:7 name: is "block": name the file block.yaml, or the other way round',
    ],
    [
      'an unknown key',
      inBlock(step('    action: block_ip\n    holds: 1h\n')),
      'playbooks/block.yaml:6:5 contain[0].holds: there is no key "holds" here: write one of id, title, if, on_failure, timeout, action, with, level, hold, retry, approval, undo; did you mean "hold"?',
    ],
    [
      'an unknown word',
      inBlock(block.replace('hold: 1h', 'level: atuo')),
      'playbooks/block.yaml:12:18 contain[0].for_each.steps[0].level: is "atuo": write one of observe, suggest, approve, auto; did you mean "auto"?',
    ],
    [
      'a step that does nothing',
      inBlock(step('    acton: block_ip\n')),
      'playbooks/block.yaml:5:5 contain[0].acton: the step does not say what it does: write one of action, approve, notify, ask, wait, parallel, for_each, choose, use, set; did you mean "action"?',
    ],
    [
      'a step that does two things',
      inBlock(step('    wait: { for: 5m }\n    notify: { text: x }\n')),
      'playbooks/block.yaml:4:5 contain[0]: the step has both "notify" and "wait": a step does one thing, so make two',
    ],
    [
      'a word with a typo deep inside a step',
      inBlock(
        step('    parallel: [{ steps: [{ id: a, wait: { for: soon } }] }, { steps: [{ id: b, set: { x: 1 } }] }]\n'),
      ),
      'playbooks/block.yaml:5:48 contain[0].parallel[0].steps[0].wait.for: is "soon": write a whole number and s, m, h or d',
    ],
    [
      'a failure policy that is none',
      inBlock(step('    wait: { for: 5m }\n    on_failure: esclate\n')),
      'playbooks/block.yaml:6:17 contain[0].on_failure: is "esclate": write one of fail, continue, undo, escalate; did you mean "escalate"?',
    ],
    [
      'an answer that is of another type',
      inBlock(step('    ask: { question: Is it?, answer: yes_no, within: 1h, otherwise: maybe }\n')),
      'playbooks/block.yaml:5:69 contain[0].ask.otherwise: is "maybe": write an answer of the type that "answer" names',
    ],
    [
      'a name that expressions cannot use',
      inBlock(step('    set: { Is-It: 1 }\n')),
      'playbooks/block.yaml:5:12 contain[0].set.Is-It: write lower-case letters, digits and "_", beginning with a letter',
    ],
    [
      'a module with a default of another type',
      { 'modules/m.yaml': 'name: m\ntitle: M\ninputs: { n: { type: integer, default: x } }\nsteps: []\n' },
      'modules/m.yaml:3:40 inputs.n.default: is "x": write a value of the type that "type" names',
    ],
    ['a missing key', inBlock('name: block\n'), 'playbooks/block.yaml:1:1 title: is missing: write a text'],
    [
      'a wrong type',
      inBlock(block.replace('title: Block', 'title: 7')),
      'playbooks/block.yaml:2:8 title: is 7: write a text',
    ],
    [
      'a wrong duration',
      inBlock(block.replace('1h', 'one hour')),
      'playbooks/block.yaml:12:17 contain[0].for_each.steps[0].hold: is "one hour": write a whole number and s, m, h or d, such as 90s, 15m, 4h or 3d',
    ],
    [
      'no time at all',
      inBlock(block.replace('1h', '0s')),
      'playbooks/block.yaml:12:17 contain[0].for_each.steps[0].hold: is "0s": write more than 0',
    ],
    [
      'an unknown action',
      inBlock(step('    action: blok_ip\n')),
      'playbooks/block.yaml:5:13 contain[0].action: there is no action "blok_ip"; did you mean "block_ip"?',
    ],
    [
      'an unknown parameter',
      inBlock(block.replace('ip: =', 'ips: =')),
      'playbooks/block.yaml:11:13 contain[0].for_each.steps[0].with.ips: block_ip has no parameter "ips": its parameters are ip; did you mean "ip"?',
    ],
    [
      'a missing parameter',
      inBlock(step('    action: block_ip\n')),
      'playbooks/block.yaml:4:5 contain[0].with: the parameter "ip" of block_ip is missing',
    ],
    [
      'a parameter of a wrong type',
      inBlock(block.replace('ip: = item', 'ip: 7')),
      'playbooks/block.yaml:11:17 contain[0].for_each.steps[0].with.ip: Invalid input: expected string, received number',
    ],
    [
      'a parameter that the action refuses',
      inBlock(block.replace('ip: = item', 'ip: nonsense')),
      'playbooks/block.yaml:11:17 contain[0].for_each.steps[0].with.ip: write an IPv4 or IPv6 address, or a network such as 203.0.113.0/24',
    ],
    [
      'an expression of a wrong type',
      inBlock(block.replace('ip: = item', 'ip: = service.tier')),
      'playbooks/block.yaml:11:17 contain[0].for_each.steps[0].with.ip: the expression gives an int; this parameter takes a string',
    ],
    [
      'a list that is none',
      inBlock(block.replace('in: = entities.ip', 'in: = labels.ip')),
      'playbooks/block.yaml:6:11 contain[0].for_each.in: the expression gives a string; write one that gives a list',
    ],
    [
      'a name with a typo in an expression',
      inBlock(block.replace('entities.ip', 'entities.host.filter(h, h != servce.name)')),
      'playbooks/block.yaml:6:42 contain[0].for_each.in: the expression is wrong: Unknown variable: servce; did you mean "service"?',
    ],
    [
      'a condition that is none',
      inBlock(block.replace('hold: 1h', 'if: = item')),
      'playbooks/block.yaml:12:15 contain[0].for_each.steps[0].if: the expression gives a string; write one that gives a bool',
    ],
    [
      'an expression without its "="',
      inRules('= labels.kind', 'labels.kind'),
      'rules.yaml:3:11 rules[0].when: is "labels.kind == \\"block\\"": write "=" and a CEL expression, such as = labels.kind == "brute_force"',
    ],
    [
      'a syntax error in an expression',
      inRules('== "block"', '=== "block"'),
      'rules.yaml:3:27 rules[0].when: the expression is wrong: Unexpected character: =',
    ],
    [
      'a pattern that takes minutes',
      inRules('== "block"', '.matches("(a+)+$")'),
      'rules.yaml:3:13 rules[0].when: the expression is wrong: calls matches(), whose patterns can take minutes: use re2()',
    ],
    [
      'an expression that costs too much',
      inRules('labels.kind == "block"', 'alerts.all(a, alerts.all(b, alerts.all(c, a == b)))'),
      'rules.yaml:3:13 rules[0].when: the expression is wrong: costs up to',
    ],
    [
      'a hold of what holds nothing',
      inBlock(step('    action: restart_service\n    with: { service: checkout }\n    hold: 1h\n')),
      'playbooks/block.yaml:7:11 contain[0].hold: restart_service holds nothing (it is a change); remove "hold"',
    ],
    [
      'a hold that the guards forbid',
      inBlock(block.replace('1h', '2d')),
      'playbooks/block.yaml:12:17 contain[0].for_each.steps[0].hold: 2d is longer than longest_hold of guards.yaml: write 1d or less',
    ],
    [
      'a timeout beyond the action’s',
      inBlock(block.replace('hold: 1h', 'timeout: 1h')),
      'playbooks/block.yaml:12:20 contain[0].for_each.steps[0].timeout: block_ip ends within 15 s: write that or less',
    ],
    [
      'a step twice',
      inBlock(`${block}verify:\n  - { id: block, action: http_check, with: { service: checkout } }\n`),
      'playbooks/block.yaml:14:11 verify[0].id: there is a step "block" already: give it a name of its own',
    ],
    [
      'an unknown playbook',
      inRules('playbook: block', 'playbook: blocked'),
      'rules.yaml:5:15 rules[0].playbook: there is no playbook "blocked"; did you mean "block"?',
    ],
    [
      'an unknown default',
      inRules('unknown', 'unknwn'),
      'rules.yaml:6:22 default.playbook: there is no playbook "unknwn"; did you mean "unknown"?',
    ],
    [
      'an unknown team',
      {
        'routing.yaml': (goodFiles['routing.yaml'] ?? '').replace('default_team: platform', 'default_team: plattform'),
      },
      'routing.yaml:5:15 default_team: there is no team "plattform"; did you mean "platform"?',
    ],
    [
      'an unknown channel',
      { 'routing.yaml': (goodFiles['routing.yaml'] ?? '').replace('channel: console', 'channel: consle') },
      'routing.yaml:4:22 teams[0].levels[0][0].channel: there is no channel "consle"; did you mean "console"?',
    ],
    [
      'an owner that is no team',
      { 'catalog/services.yaml': 'services:\n  - name: checkout\n    team: shop\n' },
      'catalog/services.yaml:3:11 services[0].team: there is no team "shop"',
    ],
    [
      'a dependency that is no service',
      { 'catalog/services.yaml': 'services:\n  - name: checkout\n    depends_on: [chekout]\n' },
      'catalog/services.yaml:3:18 services[0].depends_on[0]: there is no service "chekout"; did you mean "checkout"?',
    ],
    [
      'a network that is none',
      {
        'guards.yaml': 'protected: { cidrs: [10.0.0.0/99] }\nwidest_prefix: { ipv4: 24, ipv6: 64 }\nlongest_hold: 1d\n',
      },
      'guards.yaml:1:22 protected.cidrs[0]: is "10.0.0.0/99": write an address or a network, such as 203.0.113.7 or 10.0.0.0/8',
    ],
    [
      'an approver who may not',
      { 'approvals.yaml': (goodFiles['approvals.yaml'] ?? '').replace('[responder]', '[viewer]') },
      'approvals.yaml:1:55 default.roles[0]: is "viewer": write one of responder, admin',
    ],
    [
      'a rule that dismisses and responds',
      inRules('severity: high', 'dismiss: { disposition: benign, reason: x }'),
      'rules.yaml:4:14 rules[0].dismiss: is {"disposition":"benign","reason":"x"}: a rule either dismisses or names a playbook; remove one of the two',
    ],
    [
      'a key twice',
      { 'guards.yaml': `${goodFiles['guards.yaml']}longest_hold: 2d\n` },
      'guards.yaml:4:1: the key "longest_hold" is there twice: remove one',
    ],
    [
      'YAML that is none',
      { 'guards.yaml': 'a: [1\n' },
      'guards.yaml:2:1: not YAML that can be read: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'an expression that needs quotes',
      inRules('= labels.kind == "block"', '= labels.kind == "block" ? true : false'),
      'rules.yaml:3:11: not YAML that can be read: Nested mappings are not allowed in compact mappings. An expression with ": " or " #" in it needs quotes, as in \'= a ? b : c\'',
    ],
    ['an alias', { 'guards.yaml': 'a: &x {}\nb: *x\n' }, 'guards.yaml:1:7: anchors are not read here (&x): remove it'],
    [
      'a tag',
      { 'guards.yaml': 'a: !!js/function "x"\n' },
      'guards.yaml:1:4: not YAML that can be read: Unresolved tag: tag:yaml.org,2002:js/function',
    ],
    [
      'several documents',
      { 'guards.yaml': 'a: 1\n---\nb: 1\n' },
      'guards.yaml:2:1: the file has several documents ("---"): write one',
    ],
    [
      'a directive',
      { 'guards.yaml': '%YAML 1.1\n---\na: yes\n' },
      'guards.yaml:1:1: YAML directives are not read here: remove the line that begins with %',
    ],
    [
      'a text that no store keeps',
      inBlock(block.replace('title: Block', 'title: "a\\0b"')),
      'playbooks/block.yaml:2:8: the text has a NUL or half a surrogate pair, which cannot be stored: remove it',
    ],
    [
      'a prototype',
      { 'guards.yaml': `${goodFiles['guards.yaml']}__proto__: { a: 1 }\n` },
      'guards.yaml:4:1 __proto__: there is no key "__proto__" here',
    ],
  ])('is refused for %s', async (_what, changes, problem) => {
    const problems = await problemsOf(changes);
    expect(problems.join('\n')).toContain(problem);
  });
});
