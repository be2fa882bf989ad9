import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/core/approval/decision.ts';
import { mayDecideAs, refusalOfDecision } from '../../../src/core/approval/policy.ts';
import { standingOf } from '../../../src/core/approval/standing.ts';
import { roles } from '../../../src/core/roles.ts';

const digest = 'd'.repeat(64);
const expiresAt = '2026-11-24T08:00:00.000Z';
const before = '2026-11-24T07:00:00.000Z';
const after = '2026-11-24T08:00:00.000Z';
const terms = { approvalId: 'a1', digest, requestedBy: 'key:ana', quorum: 2, roles: ['responder'], expiresAt };

const decided = (actor: string, change: Partial<Decision> = {}): Decision => ({
  approvalId: 'a1',
  digest,
  decision: 'approve',
  actor,
  role: 'responder',
  decidedAt: before,
  reason: null,
  ...change,
});

const person = { actor: 'key:bo', role: 'responder', decision: 'approve', reason: null, digest, at: before } as const;

describe('how an approval stands', () => {
  it('is pending until a quorum of different people has approved', () => {
    expect(standingOf(terms, [], before).status).toBe('pending');
    expect(standingOf(terms, [decided('key:bo'), decided('key:bo')], before)).toMatchObject({
      status: 'pending',
      reason: '1 of 2 approvals',
    });
    expect(standingOf(terms, [decided('key:bo'), decided('key:cy', { role: 'admin' })], before)).toMatchObject({
      status: 'approved',
      by: ['key:bo', 'key:cy'],
    });
  });

  it('is rejected by one rejection, whoever approved', () => {
    const rejection = decided('key:di', { decision: 'reject', reason: 'wrong host' });
    expect(standingOf(terms, [decided('key:bo'), decided('key:cy'), rejection], before)).toEqual({
      status: 'rejected',
      by: ['key:di'],
      reason: 'wrong host',
    });
  });

  it('expires at its time, not a moment later', () => {
    expect(standingOf(terms, [decided('key:bo')], after).status).toBe('expired');
    const late = decided('key:cy', { decidedAt: after });
    expect(standingOf(terms, [decided('key:bo'), late], after).status).toBe('expired');
  });

  it('stays approved after its time when the quorum was reached in time', () => {
    expect(standingOf(terms, [decided('key:bo'), decided('key:cy')], after).status).toBe('approved');
  });

  it.each<[string, Partial<Decision> & { actor?: string }]>([
    ['the requester', { actor: 'key:ana' }],
    ['a role that may not decide', { role: 'viewer' }],
    ['a role that nobody knows', { role: 'superuser' }],
    ['another digest', { digest: 'e'.repeat(64) }],
    ['another approval', { approvalId: 'a2' }],
  ])('does not count %s', (_what, change) => {
    const standing = standingOf(terms, [decided('key:bo'), decided('key:cy', change)], before);
    expect(standing).toMatchObject({ status: 'pending', by: ['key:bo'] });
  });

  it('never approves without a person, even with a quorum of zero', () => {
    expect(standingOf({ ...terms, quorum: 0 }, [], before).status).toBe('pending');
  });

  it('never approves with fewer different allowed people than the quorum, whatever comes in', () => {
    const person = fc.constantFrom('key:ana', 'key:bo', 'key:cy', 'key:di');
    const anyDecision = fc.record({
      approvalId: fc.constantFrom('a1', 'a2'),
      digest: fc.constantFrom(digest, 'e'.repeat(64)),
      decision: fc.constantFrom('approve' as const, 'reject' as const, 'break_glass' as const),
      actor: person,
      role: fc.constantFrom(...roles, 'other'),
      decidedAt: fc.constantFrom(before, after),
      reason: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(anyDecision), fc.integer({ min: 1, max: 3 }), (decisions, quorum) => {
        const standing = standingOf({ ...terms, quorum }, decisions, before);
        const valid = decisions.filter(
          (made) =>
            made.approvalId === 'a1' &&
            made.digest === digest &&
            made.actor !== 'key:ana' &&
            ['responder', 'admin'].includes(made.role) &&
            made.decidedAt === before,
        );
        const people = new Set(valid.filter((made) => made.decision === 'approve').map((made) => made.actor));
        const isRejected = valid.some((made) => made.decision === 'reject');
        expect(standing.status === 'approved').toBe(!isRejected && people.size >= quorum);
        expect(standing.status === 'rejected').toBe(isRejected);
      }),
    );
  });
});

describe('breaking the glass', () => {
  const open = { ...terms, breakGlass: true };
  const alone = decided('key:ana', { decision: 'break_glass', role: 'admin', reason: 'nobody answers' });

  it('approves at once, for one administrator alone, even the one who asked', () => {
    expect(standingOf(open, [alone], before)).toEqual({
      status: 'approved',
      by: ['key:ana'],
      reason: 'nobody answers',
      brokeGlass: true,
    });
  });

  it('counts nothing where the policy does not let it be, and for no other role', () => {
    expect(standingOf(terms, [alone], before).status).toBe('pending');
    expect(standingOf(open, [{ ...alone, role: 'responder' }], before).status).toBe('pending');
    expect(standingOf(open, [{ ...alone, decidedAt: after }], after).status).toBe('expired');
  });

  it('does not undo a rejection that came before it', () => {
    const rejection = decided('key:bo', { decision: 'reject', decidedAt: '2026-11-24T06:00:00.000Z' });
    expect(standingOf(open, [alone, rejection], before).status).toBe('rejected');
  });

  it.each([
    ['break_glass_not_allowed', terms, {}],
    ['role_not_allowed', open, { role: 'responder' }],
    ['reason_missing', open, { reason: ' ' }],
    ['approval_expired', open, { at: after }],
  ] as const)('is refused with its reason: %s', (code, with_, change) => {
    const decision = {
      ...person,
      role: 'admin',
      decision: 'break_glass',
      reason: 'nobody answers',
      ...change,
    } as const;
    expect(refusalOfDecision({ ...with_, status: 'pending' }, decision)?.code).toBe(code);
  });
});

describe('who may decide', () => {
  it('lets a role stand in for those below it, and no other', () => {
    expect(mayDecideAs('admin', ['responder'])).toBe(true);
    expect(mayDecideAs('responder', ['admin'])).toBe(false);
    expect(mayDecideAs('viewer', ['responder'])).toBe(false);
    expect(mayDecideAs('admin', ['security-lead'])).toBe(false);
    expect(mayDecideAs('security-lead', ['security-lead'])).toBe(true);
    expect(mayDecideAs('admin', [])).toBe(false);
  });

  it.each([
    ['approver_is_requester', { actor: 'key:ana' }],
    ['role_not_allowed', { role: 'viewer' }],
    ['approval_expired', { at: after }],
    ['digest_mismatch', { digest: 'e'.repeat(64) }],
  ])('names the reason: %s', (code, change) => {
    const decision = { ...person, ...change };
    expect(refusalOfDecision({ ...terms, status: 'pending' }, decision)?.code).toBe(code);
  });

  it('takes nothing once the approval has ended', () => {
    expect(refusalOfDecision({ ...terms, status: 'pending' }, person)).toBeUndefined();
    for (const status of ['approved', 'rejected', 'expired', 'cancelled'] as const) {
      expect(refusalOfDecision({ ...terms, status }, person)?.code).toBe('approval_not_pending');
    }
  });
});
