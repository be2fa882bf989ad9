import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decisionVerifier } from '../../../src/approvals/keys.ts';
import { settleApproval } from '../../../src/approvals/lifecycle.ts';
import { verifyApproval } from '../../../src/approvals/verify.ts';
import { readApproval } from '../../../src/store/approvals.ts';
import { readCommand } from '../../../src/store/commands.ts';
import { decisionsOf } from '../../../src/store/decisions.ts';
import { deliverAtOnce, makeKey, startTestGateway, type TestGateway } from './gateway.ts';
import { seedApproval, seedIncident } from './seed.ts';

let gateway: TestGateway;
let incidentId: string;
let clockMs = Date.now();
let isTemporalDown = false;

beforeAll(async () => {
  gateway = await startTestGateway({
    now: () => new Date(clockMs),
    deliver: async (commandId) => {
      const command = await readCommand(gateway.store, commandId);
      return isTemporalDown && command ? command : await deliverAtOnce(gateway.store, commandId);
    },
  });
});
beforeEach(async () => {
  clockMs = Date.now();
  isTemporalDown = false;
  incidentId = await seedIncident(gateway.store);
});
afterAll(() => gateway.close());

const decide = (approvalId: string, body: unknown, key = 'responder') =>
  gateway.call(`/api/approvals/${approvalId}/decisions`, { method: 'POST', key, body });
const auditOf = async (kind: string, incident = incidentId) => {
  const { json } = await gateway.call(`/api/audit?incident=${incident}&kind=${kind}`);
  return json.items.map((entry: { body: string }) => JSON.parse(entry.body));
};

describe('a decision', () => {
  it('is signed, stored, audited and delivered, and the privileged worker takes it', async () => {
    const { approvalId, subject, digest } = await seedApproval(gateway.store, incidentId);
    const answer = await decide(approvalId, { decision: 'approve', digest, reason: 'seen it' });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      decision: { actor: 'key:the-responder', role: 'responder', decision: 'approve', reason: 'seen it' },
      approval: { approvedBy: ['key:the-responder'], you: { mayDecide: false, code: 'already_decided' } },
      delivered: true,
    });
    const decisions = await decisionsOf(gateway.store, [approvalId]);
    const row = await readApproval(gateway.store, approvalId);
    if (!row) throw new Error('the approval is there');
    const verdict = verifyApproval({
      approval: {
        ...{ approvalId, status: row.status, digest: row.digest, requestedBy: row.requested_by },
        ...{ quorum: row.quorum, roles: row.roles, expiresAt: row.expires_at.toISOString() },
      },
      decisions,
      subject,
      publicKey: decisionVerifier(gateway.decisionKeys.publicKey),
      now: new Date(clockMs).toISOString(),
    });
    expect(verdict).toEqual({ ok: true, by: ['key:the-responder'] });
    expect(await auditOf('decision_recorded')).toMatchObject([
      { actor: 'key:the-responder', data: { approvalId, digest, signature: decisions[0]?.signature } },
    ]);
    const command = await readCommand(gateway.store, answer.json.decision.id);
    expect(command).toMatchObject({
      workflowId: `incident-${incidentId}`,
      payload: { type: 'decide', approvalId, decision: 'approve' },
    });
  });

  it('is kept when Temporal is down, and the answer says that the incident does not know yet', async () => {
    isTemporalDown = true;
    const { approvalId, digest } = await seedApproval(gateway.store, incidentId);
    const answer = await decide(approvalId, { decision: 'reject', digest });
    expect(answer.status).toBe(202);
    expect(answer.json.delivered).toBe(false);
    expect((await readCommand(gateway.store, answer.json.decision.id))?.status).toBe('pending');
  });

  it('is made once: the same again is the same, another is refused', async () => {
    const { approvalId, digest } = await seedApproval(gateway.store, incidentId, { quorum: 2 });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => decide(approvalId, { decision: 'approve', digest })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(5).fill(200));
    expect(new Set(answers.map((answer) => answer.json.decision.decidedAt)).size).toBe(1);
    expect(await auditOf('decision_recorded')).toHaveLength(1);
    const other = await decide(approvalId, { decision: 'reject', digest });
    expect([other.status, other.json.code]).toEqual([409, 'already_decided']);
    expect(await decisionsOf(gateway.store, [approvalId])).toHaveLength(1);
  });

  it('of two people makes a quorum of two, and the approval ends', async () => {
    const { approvalId, digest } = await seedApproval(gateway.store, incidentId, { quorum: 2 });
    const settle = () => settleApproval(gateway.store, { approvalId, at: new Date(clockMs).toISOString() });
    await decide(approvalId, { decision: 'approve', digest });
    expect((await settle()).status).toBe('pending');
    clockMs += 1;
    await decide(approvalId, { decision: 'approve', digest }, 'admin');
    expect(await settle()).toMatchObject({ status: 'approved', by: ['key:the-responder', 'key:the-admin'] });
    expect(await settle()).toMatchObject({ status: 'approved' });
    const { json } = await gateway.call(`/api/approvals/${approvalId}`);
    expect(json).toMatchObject({ status: 'approved', quorum: 2 });
    expect(await auditOf('approval_approved')).toHaveLength(1);
  });
});

describe('breaking the glass', () => {
  const alone = (digest: string) => ({ decision: 'break_glass', digest, reason: 'nobody answers' });

  it('lets one administrator act alone, who asked for it or approved before too; it is loud on the log', async () => {
    const seed = { quorum: 3, roles: ['admin'], breakGlass: true };
    const { approvalId, digest } = await seedApproval(gateway.store, incidentId, seed);
    const youOf = async (key: 'admin' | 'responder') =>
      (await gateway.call(`/api/approvals/${approvalId}`, { key })).json.you;
    expect(await youOf('responder')).toMatchObject({ mayDecide: false, mayActAlone: false });
    expect(await youOf('admin')).toEqual({ mayDecide: true, mayActAlone: true });
    expect((await decide(approvalId, { decision: 'approve', digest }, 'admin')).status).toBe(200);
    expect(await youOf('admin')).toMatchObject({ mayDecide: false, mayActAlone: true, code: 'already_decided' });
    clockMs += 1;
    const answer = await decide(approvalId, alone(digest), 'admin');
    expect(answer.status).toBe(200);
    expect(await youOf('admin')).toMatchObject({ mayDecide: false, mayActAlone: false });
    const standing = await settleApproval(gateway.store, { approvalId, at: new Date(clockMs).toISOString() });
    expect(standing).toMatchObject({ status: 'approved', by: ['key:the-admin'], brokeGlass: true });
    expect(await auditOf('break_glass_used')).toMatchObject([
      { actor: 'key:the-admin', data: { approvalId, reason: 'nobody answers' } },
    ]);
    expect(await auditOf('approval_approved')).toMatchObject([{ data: { brokeGlass: true } }]);
  });

  it('is refused without a reason, from others, and where approvals.yaml does not have it', async () => {
    const { approvalId, digest } = await seedApproval(gateway.store, incidentId, { quorum: 2, breakGlass: true });
    expect((await decide(approvalId, { ...alone(digest), reason: ' ' }, 'admin')).json.code).toBe('reason_missing');
    expect((await decide(approvalId, alone(digest))).json.code).toBe('role_not_allowed');
    const other = await seedIncident(gateway.store);
    const closed = await seedApproval(gateway.store, other, { quorum: 2 });
    expect((await decide(closed.approvalId, alone(closed.digest), 'admin')).json.code).toBe('break_glass_not_allowed');
    expect(await auditOf('decision_refused', other)).toHaveLength(1);
  });
});

describe('a decision is refused, and the refusal audited,', () => {
  const refusals: [string, number, string, () => Promise<{ approvalId: string; body: object; key?: string }>][] = [
    [
      'by the one who asked for it',
      403,
      'approver_is_requester',
      async () => {
        const { approvalId, digest } = await seedApproval(gateway.store, incidentId, { requestedBy: 'key:the-admin' });
        return { approvalId, body: { decision: 'approve', digest }, key: 'admin' };
      },
    ],
    [
      'from a role that is not enough for this approval',
      403,
      'role_not_allowed',
      async () => {
        const { approvalId, digest } = await seedApproval(gateway.store, incidentId, { roles: ['admin'] });
        return { approvalId, body: { decision: 'approve', digest } };
      },
    ],
    [
      'from a viewer',
      403,
      'role_not_allowed',
      async () => {
        const { approvalId, digest } = await seedApproval(gateway.store, incidentId, { roles: ['viewer'] });
        return { approvalId, body: { decision: 'approve', digest }, key: 'viewer' };
      },
    ],
    [
      'on something else than what will be done',
      409,
      'digest_mismatch',
      async () => {
        const { approvalId } = await seedApproval(gateway.store, incidentId);
        return { approvalId, body: { decision: 'approve', digest: '0'.repeat(64) } };
      },
    ],
    [
      'when it comes too late',
      409,
      'approval_expired',
      async () => {
        const expiresAt = new Date(clockMs + 1_000).toISOString();
        const { approvalId, digest } = await seedApproval(gateway.store, incidentId, { expiresAt });
        clockMs += 1_000;
        return { approvalId, body: { decision: 'approve', digest } };
      },
    ],
    [
      'when the approval has ended',
      409,
      'approval_not_pending',
      async () => {
        const { approvalId, digest } = await seedApproval(gateway.store, incidentId);
        await settleApproval(gateway.store, { approvalId, at: new Date().toISOString(), cancel: true });
        return { approvalId, body: { decision: 'approve', digest } };
      },
    ],
    [
      'without a digest',
      400,
      'invalid_request',
      async () => {
        const { approvalId } = await seedApproval(gateway.store, incidentId);
        return { approvalId, body: { decision: 'approve' } };
      },
    ],
    [
      'that is neither approve nor reject',
      400,
      'invalid_request',
      async () => {
        const { approvalId, digest } = await seedApproval(gateway.store, incidentId);
        return { approvalId, body: { decision: 'yes', digest } };
      },
    ],
  ];

  it.each(refusals)('%s', async (_what, status, code, prepare) => {
    const { approvalId, body, key } = await prepare();
    const answer = await decide(approvalId, body, key);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(await decisionsOf(gateway.store, [approvalId])).toEqual([]);
    const refused = await auditOf('decision_refused');
    expect(refused).toMatchObject([{ actor: `key:the-${key ?? 'responder'}`, data: { approvalId, code } }]);
    const commands = gateway.store.selectFrom('commands').selectAll().where('incident_id', '=', incidentId);
    expect(await commands.execute()).toEqual([]);
  });

  it('also when it does not name an approval at all', async () => {
    const answer = await decide('%00', { decision: 'approve', digest: '0'.repeat(64) });
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_request']);
    const { json } = await gateway.call('/api/audit?kind=decision_refused&limit=1000');
    expect(JSON.parse(json.items.at(-1).body).data).toMatchObject({ approvalId: '', code: 'invalid_request' });
  });

  it('each time that it is tried', async () => {
    const { approvalId } = await seedApproval(gateway.store, incidentId);
    for (let n = 0; n < 3; n += 1) await decide(approvalId, { decision: 'approve', digest: '0'.repeat(64) });
    expect(await auditOf('decision_refused')).toHaveLength(3);
  });

  it('also when there is no such approval', async () => {
    const answer = await decide('nowhere', { decision: 'approve', digest: '0'.repeat(64) });
    expect([answer.status, answer.json.code]).toEqual([404, 'approval_not_found']);
    const { json } = await gateway.call('/api/audit?kind=decision_refused&limit=1000');
    expect(JSON.parse(json.items.at(-1).body).data).toMatchObject({
      approvalId: 'nowhere',
      code: 'approval_not_found',
    });
  });

  it('also with two names for one person: a key that was revoked and made again decides once', async () => {
    const { approvalId, digest } = await seedApproval(gateway.store, incidentId, { quorum: 2 });
    const first = await makeKey(gateway.store, 'bo', 'responder');
    await decide(approvalId, { decision: 'approve', digest }, first);
    await gateway.store.updateTable('api_keys').set({ revoked_at: new Date() }).where('name', '=', 'bo').execute();
    const second = await makeKey(gateway.store, 'bo', 'responder');
    const again = await decide(approvalId, { decision: 'approve', digest }, second);
    expect(again.status).toBe(200);
    expect(await decisionsOf(gateway.store, [approvalId])).toHaveLength(1);
  });
});
