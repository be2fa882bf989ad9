import { describe, expect, it } from 'vitest';
import { everyNode, type FlowNode } from '../../../src/core/incident/flow.ts';
import type { PlannedStep } from '../../../src/core/incident/plan.ts';
import type { LoadedPlan } from '../../../src/core/plan/response-plan.ts';
import { planResponse } from '../../../src/core/playbook/plan-steps.ts';
import { actions, alertWith, factsWith, openIncidentWith, planInput, planOfSteps, planWith } from '../plan/sample.ts';

const respond = (plan: LoadedPlan, facts = factsWith(), capabilities: Record<string, boolean> = {}) =>
  planResponse({ plan, facts, actions, capabilities });

/** The first action of the phase. */
const actionsOf = (nodes: readonly FlowNode[]): PlannedStep[] =>
  everyNode(nodes).filter((one) => one.type === 'action');

describe('the planned response', () => {
  const planned = respond(planWith());

  it('pins the plan and carries what triage decided', () => {
    expect(planned).toMatchObject({
      planDigest: planWith().digest,
      verdict: { kind: 'respond' },
      severity: 'high',
      service: 'checkout',
      playbook: 'brute-force',
      team: 'security',
      runbooks: [
        { title: 'Brute force', url: 'https://runbooks.example.com/brute-force' },
        { title: 'Checkout', url: 'https://runbooks.example.com/checkout' },
      ],
    });
  });

  it('tells the team level by level, and takes waits from the SLA of its severity', () => {
    expect(planned.page).toEqual({
      levels: [[{ channel: 'console', to: 'security' }], [{ channel: 'console', to: 'lead' }]],
      escalateAfterMs: 600_000,
    });
    expect(planned.waits).toEqual({
      quietMs: 60_000,
      recoveryReminderMs: 3_600_000,
      recoveryReminders: 2,
      reviewMs: 0,
    });
  });

  it('fills in one step for each item, held no longer than the guards allow and no further than the policy allows', () => {
    const [keep, block] = actionsOf(planned.contain);
    expect(keep).toMatchObject({ id: 'keep', level: 'auto', reversible: false, holdMs: null, mode: 'simulate' });
    expect(block).toEqual({
      type: 'action',
      id: expect.stringMatching(/^block\.[0-9a-z]{6}$/),
      title: 'Do block of 203.0.113.7',
      requestedBy: 'playbook:brute-force',
      action: 'block',
      params: { ip: '203.0.113.7' },
      target: 'block:203.0.113.7',
      kind: 'containment',
      reversible: true,
      mode: 'simulate',
      level: 'approve',
      approval: { quorum: 1, roles: ['responder', 'admin'], expiresAfterMs: 14_400_000, remindAfterMs: 900_000 },
      timeoutMs: 10_000,
      retry: { attempts: 1, waitMs: 10_000 },
      onFailure: 'escalate',
      holdMs: 3_600_000,
      skip: null,
    });
    expect(planned.verify[0]).toMatchObject({
      id: 'health',
      params: { service: 'checkout' },
      kind: 'check',
      holdMs: null,
    });
  });

  it('gives the same item the same step id, wherever it stands in the list, and each item one step', () => {
    const ips = (...values: string[]) => alertWith({ entities: values.map((value) => ({ kind: 'ip', value })) });
    const idsOf = (...values: string[]) =>
      actionsOf(respond(planWith(), factsWith([ips(...values)])).contain).map(({ id, target }) => `${target} ${id}`);
    expect(new Set(idsOf('192.0.2.1', '192.0.2.2', '192.0.2.1'))).toEqual(new Set(idsOf('192.0.2.2', '192.0.2.1')));
    expect(idsOf('192.0.2.1', '192.0.2.1')).toHaveLength(2);
  });

  it('names no item in an id, because ids are plaintext and items may be people', () => {
    expect(JSON.stringify(everyNode(planned.contain).map(({ id }) => id))).not.toContain('203');
  });

  it.each([
    ['the action', { block: true }, 'live'],
    ['the action but not this target', { block: true, 'block block:203.0.113.7': false }, 'simulate'],
    ['this target', { 'block block:203.0.113.7': true }, 'live'],
    ['another action', { check: true }, 'simulate'],
  ])('acts for real only where the worker can: %s', (_what, capabilities, mode) => {
    expect(actionsOf(respond(planWith(), factsWith(), capabilities as Record<string, boolean>).contain)[1]?.mode).toBe(
      mode,
    );
  });

  it('never acts for real in a drill', () => {
    const { contain } = respond(planWith(), factsWith([alertWith()], { drill: true }), { block: true });
    expect(actionsOf(contain).every(({ mode }) => mode === 'simulate')).toBe(true);
  });

  it('has its steps ready for an incident that is to be merged: the older one may have ended meanwhile', () => {
    const rules = {
      ...planInput.rules,
      rules: [{ name: 'r', when: '= true', playbook: 'brute-force', correlate: [{ by: 'service', within: '10m' }] }],
    };
    const merging = respond(planWith({ rules }), factsWith([alertWith()], { openIncidents: [openIncidentWith()] }));
    expect(merging.verdict.kind).toBe('merge');
    expect(merging.contain.length).toBe(2);
  });

  it('does nothing for what is dismissed, and says who would be told nonetheless', () => {
    const dismissed = respond(planWith(), factsWith([alertWith({ labels: { alertname: 'Watchdog' } })]));
    expect(dismissed).toMatchObject({
      verdict: { kind: 'dismiss' },
      contain: [],
      verify: [],
      recover: [],
      playbook: null,
    });
  });
});

describe('a step is planned as skipped, with its reason,', () => {
  const only = (step: unknown, alerts = [alertWith()]) => respond(planOfSteps(step), factsWith(alerts)).contain[0];
  const block = { id: 'block', action: 'block', with: { ip: '= entities.ip[0]' } };

  it.each<[string, unknown, string, string]>([
    [
      'when its `if` is false',
      { ...block, if: '= service.tier > 1' },
      'condition_false',
      'not the case: = service.tier > 1',
    ],
    [
      'when its `if` fails',
      { ...block, if: '= labels.nothing == "x"' },
      'expression_failed',
      'if: No such key: nothing',
    ],
    [
      'when a parameter fails',
      { ...block, with: { ip: '= labels.nothing' } },
      'expression_failed',
      'ip: No such key: nothing',
    ],
    [
      'when a parameter is no good',
      { ...block, with: { ip: '= labels.service' } },
      'params_invalid',
      'ip: Invalid IPv4 address',
    ],
    ['when a guard refuses', { ...block, with: { ip: '198.51.100.1' } }, 'protected_address', 'The plan protects it'],
    [
      'when its list fails',
      { id: 'all', for_each: { in: '= [labels.nothing]', steps: [block] } },
      'expression_failed',
      'for_each: No such key: nothing',
    ],
    [
      'when its list is empty',
      { id: 'all', for_each: { in: '= entities.host', steps: [block] } },
      'nothing_to_do',
      'for_each found no item',
    ],
    [
      'when its action is gone',
      { ...block, action: 'gone' },
      'action_unknown',
      'There is no action gone in this version of Firebreak',
    ],
    [
      'when its action cannot say what it does',
      { id: 'odd', action: 'odd' },
      'action_unplannable',
      'cannot say what it does',
    ],
  ])('%s', (_when, step, code, reason) => {
    expect(only(step)?.skip).toEqual({ code, reason });
  });

  it('and an item that fails leaves the others alone', () => {
    const alert = alertWith({
      entities: ['192.0.2.1', 'nonsense', '192.0.2.2'].map((value) => ({ kind: 'ip', value })),
    });
    const { contain } = respond(
      planOfSteps({ id: 'all', for_each: { in: '= entities.ip', steps: [{ ...block, with: { ip: '= item' } }] } }),
      factsWith([alert]),
    );
    expect(actionsOf(contain).map(({ skip }) => skip?.code ?? null)).toEqual([null, 'params_invalid', null]);
  });
});

describe('parameters and titles', () => {
  const only = (step: unknown) => actionsOf(respond(planOfSteps(step)).contain)[0];

  it('are computed however deep they stand', () => {
    const args = { host: '= service.name', list: ['= entities.ip[0]', 'plain'], n: 1 };
    expect(only({ id: 'run', action: 'run', with: { command: 'x', arguments: args } })?.params).toEqual({
      command: 'x',
      arguments: { host: 'checkout', list: ['203.0.113.7', 'plain'], n: 1 },
    });
  });

  it('can be a title of one’s own; the action’s words stand in for one that fails', () => {
    const step = { id: 'run', action: 'run', with: { command: 'x' } };
    expect(only({ ...step, title: '= "Clean " + service.name' })?.title).toBe('Clean checkout');
    expect(only({ ...step, title: 'Clean up' })?.title).toBe('Clean up');
    expect(only({ ...step, title: 'Clean up', if: '= false' })?.title).toBe('Clean up');
    expect(only({ ...step, title: '= labels.nothing' })?.title).toMatch(/^Do run of x/);
  });
});

describe('the approval of a step', () => {
  const only = (step: object) =>
    actionsOf(respond(planOfSteps({ id: 'run', action: 'run', with: { command: 'x' }, ...step })).contain)[0];

  it('comes from the first rule of approvals.yaml that matches', () => {
    expect(only({})?.approval).toMatchObject({ quorum: 2, roles: ['admin'] });
  });

  it.each(['observe', 'suggest', 'approve'])('keeps the level %s, which is no further than allowed', (level) => {
    expect(only({ level })?.level).toBe(level);
  });

  it('is made stricter by the step, and never weaker', () => {
    const own = { quorum: 1, roles: ['responder'], expires_after: '30m', remind_after: '5m' };
    expect(only({ approval: own })?.approval).toEqual({
      quorum: 2,
      roles: ['admin'],
      expiresAfterMs: 1_800_000,
      remindAfterMs: 300_000,
    });
    expect(only({ approval: { ...own, quorum: 3, expires_after: '9h' } })?.approval).toMatchObject({
      quorum: 3,
      expiresAfterMs: 14_400_000,
    });
  });

  it('may ask for a higher role than the policy, which stands for those above its own too', () => {
    const approvals = {
      ...planInput.approvals,
      rules: [],
      default: { ...planInput.approvals.default, roles: ['responder'] },
    };
    const step = { id: 'run', action: 'run', with: { command: 'x' }, approval: { roles: ['admin'] } };
    const plan = planWith({
      approvals,
      rules: { ...planInput.rules, rules: [] },
      playbooks: [{ name: 'unknown', title: 'New', contain: [step] }],
    });
    expect(actionsOf(respond(plan).contain)[0]?.approval.roles).toEqual(['admin']);
  });

  it('takes a service that the catalog does not know for one of tier 3', () => {
    const approvals = { ...planInput.approvals, rules: [{ ...(planInput.approvals.rules[1] as object), tiers: [3] }] };
    const plan = planWith({
      approvals,
      rules: { ...planInput.rules, rules: [] },
      playbooks: [{ name: 'unknown', title: 'New', contain: [{ id: 'run', action: 'run', with: { command: 'x' } }] }],
    });
    expect(
      actionsOf(respond(plan, factsWith([alertWith({ labels: { service: 'new-thing' } })])).contain)[0]?.approval
        .quorum,
    ).toBe(2);
  });
});
