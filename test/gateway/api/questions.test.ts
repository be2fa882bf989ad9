import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskNode } from '../../../src/core/incident/flow.ts';
import { openIncident } from '../../../src/core/incident/state.ts';
import { plannedResponse } from '../../workflows/world.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { seedIncident } from './seed.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

describe('questions of playbooks', () => {
  const at = '2026-11-20T10:00:00.000Z';
  const asking = async (roles: string[], answer?: boolean) => {
    const incidentId = await seedIncident(gateway.store);
    const opened = { incidentId, severity: 'high', title: 'x', impactStartedAt: at, detectedAt: at } as const;
    const ask: AskNode = {
      ...{ type: 'ask', id: 'ours', title: 'Is it ours?', question: 'Is it ours?', answer: 'yes_no', withinMs: 1 },
      ...{ otherwise: null, roles, onFailure: 'fail', skip: null },
    };
    const state = {
      ...openIncident(opened),
      plan: { ...plannedResponse(), contain: [ask] },
      steps: { ours: { question: { expiresAt: at }, ...(answer !== undefined && { answer }) } },
    };
    await gateway.store
      .updateTable('incidents')
      .set({ state: JSON.stringify(state) })
      .where('incident_id', '=', incidentId)
      .execute();
    return incidentId;
  };

  it('are listed while they wait for an answer, and on their incident afterwards too', async () => {
    const [open, answered] = [await asking(['responder']), await asking(['responder'], true)];
    const { json } = await gateway.call('/api/questions');
    const ids = json.items.map(({ incidentId }: { incidentId: string }) => incidentId);
    expect(ids).toContain(open);
    expect(ids).not.toContain(answered);
    const { json: shown } = await gateway.call(`/api/incidents/${answered}`);
    expect(shown.questions).toMatchObject([{ stepId: 'ours', status: 'answered', answer: true }]);
    expect(shown.flow).toMatchObject([{ id: 'ours', type: 'ask', depth: 0, phase: 'contain' }]);
  });

  it('are answered only by those whom they are for', async () => {
    const incidentId = await asking(['admin']);
    const body = { type: 'answer', stepId: 'ours', value: true };
    const send = (key: string) => gateway.call(`/api/incidents/${incidentId}/commands`, { method: 'POST', key, body });
    expect((await send('responder')).json.code).toBe('role_not_allowed');
    expect((await send('admin')).status).toBe(200);
  });
});
