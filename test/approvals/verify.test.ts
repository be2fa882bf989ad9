import { describe, expect, it } from 'vitest';
import { decisionSigner, decisionVerifier, newDecisionKeys } from '../../src/approvals/keys.ts';
import { signDecision } from '../../src/approvals/sign.ts';
import { type VerifyApprovalInput, verifyApproval } from '../../src/approvals/verify.ts';
import type { Decision } from '../../src/core/approval/decision.ts';
import { type ApprovalSubject, subjectDigest } from '../../src/core/approval/subject.ts';

const keys = newDecisionKeys();
const signer = decisionSigner(keys.privateKey);
const now = '2026-11-24T07:30:00.000Z';
const subject: ApprovalSubject = {
  incidentId: 'k3v9',
  stepId: 'block',
  action: 'block_ip',
  target: 'ip:203.0.113.7',
  params: { ip: '203.0.113.7' },
  mode: 'live',
  holdMs: 3_600_000,
  planDigest: 'a'.repeat(64),
  expiresAt: '2026-11-24T08:00:00.000Z',
};
const digest = subjectDigest(subject);

const decided = (actor: string, change: Partial<Decision> = {}) =>
  signDecision(
    {
      ...{ approvalId: 'a1', digest, decision: 'approve', actor, role: 'responder', reason: null },
      decidedAt: '2026-11-24T07:00:00.000Z',
      ...change,
    },
    signer,
  );

const approved: VerifyApprovalInput = {
  approval: {
    ...{ approvalId: 'a1', status: 'approved', digest, requestedBy: 'key:ana', quorum: 2, roles: ['responder'] },
    expiresAt: subject.expiresAt,
  },
  decisions: [decided('key:bo'), decided('key:cy', { reason: 'I looked at it' })],
  subject,
  publicKey: decisionVerifier(keys.publicKey),
  now,
};
const codeOf = (change: Partial<VerifyApprovalInput>): string => {
  const verdict = verifyApproval({ ...approved, ...change });
  return verdict.ok ? 'ok' : verdict.code;
};

describe('the privileged worker', () => {
  it('acts when a quorum approved exactly what is about to be done', () => {
    expect(verifyApproval(approved)).toEqual({ ok: true, by: ['key:bo', 'key:cy'] });
  });

  it('refuses anything else than what was approved', () => {
    expect(codeOf({ subject: { ...subject, params: { ip: '203.0.113.8' } } })).toBe('digest_mismatch');
    expect(codeOf({ subject: { ...subject, holdMs: null } })).toBe('digest_mismatch');
    expect(codeOf({ subject: { ...subject, expiresAt: '2027-11-24T08:00:00.000Z' } })).toBe('digest_mismatch');
  });

  it('refuses when the digest was changed in the store too, as the signatures are over the old one', () => {
    const other = { ...subject, params: { ip: '203.0.113.8' } };
    expect(codeOf({ subject: other, approval: { ...approved.approval, digest: subjectDigest(other) } })).toBe(
      'decision_for_something_else',
    );
  });

  it('refuses after the expiry, whatever the stored column says', () => {
    const approval = { ...approved.approval, expiresAt: '2030-01-01T00:00:00.000Z' };
    expect(codeOf({ approval, now: subject.expiresAt })).toBe('approval_expired');
  });

  it('refuses decisions that were altered, forged or signed by another key', () => {
    const [first, second] = approved.decisions;
    if (!first || !second) throw new Error('two decisions');
    expect(codeOf({ decisions: [first, { ...second, actor: 'key:di' }] })).toBe('bad_signature');
    expect(codeOf({ decisions: [first, { ...second, reason: null }] })).toBe('bad_signature');
    expect(codeOf({ decisions: [first, { ...second, signature: first.signature }] })).toBe('bad_signature');
    expect(codeOf({ decisions: [first, { ...second, signature: '' }] })).toBe('bad_signature');
    const stranger = decisionSigner(newDecisionKeys().privateKey);
    expect(codeOf({ decisions: [first, signDecision(second, stranger)] })).toBe('bad_signature');
    const disguised = { ...signDecision(second, stranger), keyId: signer.keyId };
    expect(codeOf({ decisions: [first, disguised] })).toBe('bad_signature');
  });

  it('counts people again: distinct, not the requester, of a role that may decide', () => {
    expect(codeOf({ decisions: [decided('key:bo')] })).toBe('quorum_not_reached');
    expect(codeOf({ decisions: [] })).toBe('quorum_not_reached');
    const again = decided('key:bo', { decidedAt: '2026-11-24T07:10:00.000Z' });
    expect(codeOf({ decisions: [decided('key:bo'), again] })).toBe('quorum_not_reached');
    expect(codeOf({ decisions: [decided('key:bo'), decided('key:ana')] })).toBe('approver_is_requester');
    expect(codeOf({ decisions: [decided('key:bo'), decided('key:cy', { role: 'viewer' })] })).toBe('role_not_allowed');
  });

  it('takes one administrator alone where the planned step lets the glass be broken, whatever the store says of it', () => {
    const alone = [decided('key:ana', { decision: 'break_glass', role: 'admin', reason: 'nobody answers' })];
    expect(codeOf({ decisions: alone })).toBe('break_glass_not_allowed');
    const approval = { ...approved.approval, breakGlass: true };
    expect(verifyApproval({ ...approved, approval, decisions: alone })).toEqual({ ok: true, by: ['key:ana'] });
    const [decision] = alone;
    if (!decision) throw new Error('one decision');
    expect(codeOf({ approval, decisions: [{ ...decision, decision: 'approve' }] })).toBe('bad_signature');
  });

  it('refuses a decision that came after the expiry', () => {
    const late = decided('key:cy', { decidedAt: subject.expiresAt });
    expect(codeOf({ decisions: [decided('key:bo'), late] })).toBe('quorum_not_reached');
  });

  it('refuses what one person rejected, even when the store says approved', () => {
    const rejection = decided('key:di', { decision: 'reject' });
    expect(codeOf({ decisions: [...approved.decisions, rejection] })).toBe('approval_rejected');
  });

  it.each(['rejected', 'expired', 'cancelled'] as const)('refuses an approval that is %s', (status) => {
    expect(codeOf({ approval: { ...approved.approval, status } })).toBe(`approval_${status}`);
  });
});
