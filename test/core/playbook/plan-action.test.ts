import { describe, expect, it } from 'vitest';
import { planAction } from '../../../src/core/playbook/plan-action.ts';
import { actions, planInput, planWith } from '../plan/sample.ts';

const ask = (
  request: { action: string; params: Record<string, string>; holdMs?: number },
  changes: Partial<typeof planInput> = {},
) =>
  planAction({
    plan: planWith(changes).plan,
    incident: { severity: 'high', service: 'checkout', drill: false },
    actions,
    capabilities: { block: true },
    request: { commandId: 'c1', requestedBy: 'key:ana', at: '2026-11-24T10:00:00.000Z', ...request },
  });

describe('an action that a person asks for', () => {
  it('becomes a step of its own that someone else must approve', () => {
    const asked = ask({ action: 'block', params: { ip: '203.0.113.7' }, holdMs: 60_000 });
    expect(asked).toMatchObject({
      ok: true,
      step: {
        requestedBy: 'key:ana',
        level: 'approve',
        mode: 'live',
        holdMs: 60_000,
        target: 'block:203.0.113.7',
        skip: null,
      },
    });
    expect(asked).toEqual(ask({ action: 'block', params: { ip: '203.0.113.7' }, holdMs: 60_000 }));
  });

  it('runs at once where the policy allows that', () => {
    expect(ask({ action: 'check', params: { service: 'checkout' } })).toMatchObject({
      ok: true,
      step: { level: 'auto' },
    });
  });

  it.each([
    ['an unknown action', { action: 'blok', params: {} }, 'action_unknown'],
    ['wrong parameters', { action: 'block', params: { ip: 'x' } }, 'params_invalid'],
    ['what a guard refuses', { action: 'block', params: { ip: '198.51.100.1' } }, 'protected_address'],
    ['a hold that is too long', { action: 'block', params: { ip: '203.0.113.7' }, holdMs: 3_600_001 }, 'hold_too_long'],
  ])('is refused with a reason for %s', (_what, request, code) => {
    expect(ask(request)).toMatchObject({ ok: false, code });
  });

  it('is refused where the policy only lets it be observed', () => {
    const approvals = { rules: [], default: { ...planInput.approvals.default, highest_level: 'observe' } };
    expect(ask({ action: 'block', params: { ip: '203.0.113.7' } }, { approvals })).toMatchObject({
      ok: false,
      code: 'not_allowed',
    });
  });
});
