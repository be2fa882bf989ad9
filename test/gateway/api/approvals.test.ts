import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { settleApproval } from '../../../src/approvals/lifecycle.ts';
import { decisionsOf } from '../../../src/store/decisions.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { seedApproval, seedIncident } from './seed.ts';

let gateway: TestGateway;
let incidentId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
});
beforeEach(async () => {
  incidentId = await seedIncident(gateway.store);
});
afterAll(() => gateway.close());

describe('approvals', () => {
  it('are listed while they wait, with exactly what will be done and whether you may decide', async () => {
    const { approvalId, subject, digest } = await seedApproval(gateway.store, incidentId);
    const { json } = await gateway.call(`/api/approvals?incident=${incidentId}`, { key: 'responder' });
    expect(json.items).toHaveLength(1);
    expect(json.items[0]).toMatchObject({
      ...{ id: approvalId, incidentId, status: 'pending', digest, subject, quorum: 1, decisions: [] },
      title: 'Block 203.0.113.7',
      you: { mayDecide: true },
    });
    const viewer = await gateway.call(`/api/approvals/${approvalId}`, { key: 'viewer' });
    expect(viewer.json.you).toMatchObject({ mayDecide: false, code: 'role_not_allowed' });
  });

  it('leave the list of those that wait when they end, and stay on the list of all', async () => {
    const { approvalId } = await seedApproval(gateway.store, incidentId);
    await settleApproval(gateway.store, { approvalId, at: new Date().toISOString(), cancel: true });
    const listed = async (query: string) =>
      (await gateway.call(`/api/approvals?incident=${incidentId}${query}`)).json.items.length;
    expect(await listed('')).toBe(0);
    expect(await listed('&status=cancelled')).toBe(1);
    expect(await listed('&status=all')).toBe(1);
    expect(await listed('&status=rejected,expired')).toBe(0);
  });

  it('are never decided by reading', async () => {
    const { approvalId, digest } = await seedApproval(gateway.store, incidentId);
    const path = `/api/approvals/${approvalId}/decisions?decision=approve&digest=${digest}`;
    const answer = await gateway.call(path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
    expect(await decisionsOf(gateway.store, [approvalId])).toEqual([]);
  });
});
