import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIncident } from '../../../src/core/incident/state.ts';
import { appendAudit } from '../../../src/store/audit.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { seedAlert, seedApproval, seedContainment, seedIncident } from './seed.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const ids = (json: { items: { id: string }[] }): string[] => json.items.map((item) => item.id);

describe('one incident', () => {
  it('shows its alerts, steps, approvals, containments and where it is in Temporal UI', async () => {
    const incidentId = await seedIncident(gateway.store);
    const alertId = await seedAlert(gateway.store, incidentId, 'fp-1', '2026-11-20T10:00:00.000Z');
    const { approvalId } = await seedApproval(gateway.store, incidentId);
    const containmentId = await seedContainment(gateway.store, incidentId);
    const { json } = await gateway.call(`/api/incidents/${incidentId}`, { key: 'viewer' });
    expect(json.alerts).toMatchObject([
      {
        id: alertId,
        source: 'test',
        fingerprint: 'fp-1',
        status: 'firing',
        title: 'Alert fp-1',
        labels: { instance: 'fp-1' },
        receivedAt: '2026-11-20T10:00:00.000Z',
      },
    ]);
    expect(ids({ items: json.approvals })).toEqual([approvalId]);
    expect(ids({ items: json.containments })).toEqual([containmentId]);
    expect(json.temporalUrl).toBe(`http://temporal.test/namespaces/default/workflows/incident-${incidentId}`);
    expect(json.reportUrl).toBeNull();
  });

  it('tells of each step how far it is', async () => {
    const incidentId = await seedIncident(gateway.store);
    const at = '2026-11-20T10:00:00.000Z';
    const opened = { incidentId, severity: 'high', title: 'x', impactStartedAt: at, detectedAt: at } as const;
    const step = (id: string, more: object = {}) => ({
      ...{ id, title: `Do ${id}`, action: 'block_ip', params: {}, target: `t:${id}`, kind: 'containment' as const },
      ...{ reversible: true, mode: 'live' as const, level: 'auto' as const, timeoutMs: 1, holdMs: 1 },
      ...{ type: 'action' as const, retry: { attempts: 1, waitMs: 1 } },
      approval: { quorum: 1, roles: ['responder'], expiresAfterMs: 1, remindAfterMs: null },
      ...{ requestedBy: 'playbook:p', onFailure: 'fail' as const, skip: null },
      ...more,
    });
    const names = [
      'planned',
      'running',
      'waiting',
      'done',
      'unknown',
      'refused',
      'suggested',
      'undone',
      'stuck',
      'skipped',
    ];
    const applied = { state: 'applied', detail: 'blocked', evidence: {}, readBack: 'it is there' } as const;
    const failure = { code: 'timed_out', message: 'no answer' };
    const state = {
      ...openIncident(opened),
      added: names.map((name) =>
        step(name, name === 'skipped' ? { skip: { code: 'protected', reason: 'own range' } } : {}),
      ),
      steps: {
        running: { startedAt: at },
        waiting: { approval: { id: 'a1', round: 1, digest: 'd', expiresAt: at } },
        done: { startedAt: at, outcome: { result: 'done', outcome: applied } },
        unknown: { outcome: { result: 'unknown', outcome: { state: 'unknown', detail: 'cannot tell', failure } } },
        refused: { outcome: { result: 'refused', code: 'own_range', reason: 'never' } },
        suggested: { outcome: { result: 'skipped', code: 'suggested', reason: 'start it' } },
        undone: { outcome: { result: 'done', outcome: applied }, undone: { state: 'undone', detail: 'unblocked' } },
        stuck: {
          outcome: { result: 'done', outcome: applied },
          undone: { state: 'failed', detail: 'nft said no', failure },
        },
      },
    };
    await gateway.store
      .updateTable('incidents')
      .set({ state: JSON.stringify(state) })
      .where('incident_id', '=', incidentId)
      .execute();
    const { json } = await gateway.call(`/api/incidents/${incidentId}`);
    const told = json.steps.map((each: Record<string, unknown>) => [each.id, each.status, each.code, each.detail]);
    expect(told).toEqual([
      ['planned', 'planned', null, null],
      ['running', 'running', null, null],
      ['waiting', 'waiting_for_approval', null, `Waits for approval until ${at}`],
      ['done', 'done', null, 'blocked'],
      ['unknown', 'unknown', 'timed_out', 'cannot tell'],
      ['refused', 'refused', 'own_range', 'never'],
      ['suggested', 'suggested', 'suggested', 'start it'],
      ['undone', 'undone', null, 'unblocked'],
      ['stuck', 'done', 'failed', 'blocked. Not undone: nft said no'],
      ['skipped', 'skipped', 'protected', 'own range'],
    ]);
  });

  it('keeps itself small in a storm; all alerts are on a list of their own', async () => {
    const incidentId = await seedIncident(gateway.store);
    const seeded: string[] = [];
    for (let n = 0; n < 60; n += 1) {
      seeded.push(await seedAlert(gateway.store, incidentId, `fp-${n}`, new Date(1_700_000_000_000 + n).toISOString()));
    }
    const { json } = await gateway.call(`/api/incidents/${incidentId}`);
    expect(ids({ items: json.alerts })).toEqual(seeded.slice(0, 50));
    const first = await gateway.call(`/api/incidents/${incidentId}/alerts?limit=40`);
    const second = await gateway.call(`/api/incidents/${incidentId}/alerts?limit=40&cursor=${first.json.next}`);
    expect([...ids(first.json), ...ids(second.json)]).toEqual(seeded);
    expect(second.json.next).toBeNull();
    const resolved = await gateway.call(`/api/incidents/${incidentId}/alerts?status=resolved`);
    expect(resolved.json.items).toEqual([]);
  });

  it.each(['', '/alerts', '/timeline', '/report'])('says that there is none at /api/incidents/none%s', async (part) => {
    const { status, json } = await gateway.call(`/api/incidents/none${part}`);
    expect(status).toBe(404);
    expect(json.code).toBe('incident_not_found');
  });
});

describe('the timeline', () => {
  it('is the slice of the audit log, in order, with a line for people and pages', async () => {
    const [incidentId, other] = [await seedIncident(gateway.store), await seedIncident(gateway.store)];
    const note = (text: string, at: string, id = incidentId) => ({
      ...{ at, actor: 'key:bo', kind: 'noted', incidentId: id, data: { text } },
    });
    await gateway.store
      .transaction()
      .execute((trx) =>
        appendAudit(trx, [
          note('first', '2026-11-20T10:00:00.000Z'),
          note('not mine', '2026-11-20T10:00:01.000Z', other),
          note('second', '2026-11-20T10:00:02.000Z'),
          note('third', '2026-11-20T10:00:03.000Z'),
        ]),
      );
    const path = `/api/incidents/${incidentId}/timeline`;
    const first = (await gateway.call(`${path}?limit=2`)).json;
    const second = (await gateway.call(`${path}?limit=2&cursor=${first.next}`)).json;
    const entries = [...first.items, ...second.items];
    expect(entries.map((entry: { data: { text: string } }) => entry.data.text)).toEqual(['first', 'second', 'third']);
    expect(entries[0]).toMatchObject({ at: '2026-11-20T10:00:00.000Z', actor: 'key:bo', kind: 'noted' });
    expect(entries[0].text).toContain('first');
    expect(second.next).toBeNull();
    const backwards = (await gateway.call(`${path}?limit=1&order=desc`)).json;
    expect(backwards.items[0].data.text).toBe('third');
    expect((await gateway.call(`${path}?cursor=x`)).json.code).toBe('invalid_cursor');
  });
});

describe('the report', () => {
  it('comes as Markdown, HTML or JSON, as the reader asks', async () => {
    const incidentId = await seedIncident(gateway.store, { status: 'closed' });
    const path = `/api/incidents/${incidentId}/report`;
    await gateway.store
      .insertInto('reports')
      .values({ incident_id: incidentId, markdown: '# It', html: '<h1>It</h1>', written_at: new Date() })
      .execute();
    const markdown = await gateway.call(path);
    expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(markdown.text).toBe('# It');
    const html = await gateway.call(path, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
    const json = await gateway.call(path, { headers: { accept: 'application/json' } });
    expect(json.json).toMatchObject({ incidentId, markdown: '# It', html: '<h1>It</h1>', draft: false });
    expect((await gateway.call(path, { headers: { accept: 'image/png' } })).status).toBe(406);
    const detail = await gateway.call(`/api/incidents/${incidentId}`);
    expect(detail.json.reportUrl).toBe(`http://firebreak.test${path}`);
  });

  it('is a draft from the log so far while the incident goes on, also after it was reopened', async () => {
    const incidentId = await seedIncident(gateway.store, { title: 'Slow <b>checkout</b>', status: 'recovery' });
    const path = `/api/incidents/${incidentId}/report`;
    const entry = {
      at: '2026-11-20T10:00:00.000Z',
      actor: 'key:bo',
      kind: 'noted',
      incidentId,
      data: { text: 'a try' },
    };
    await gateway.store.transaction().execute((trx) => appendAudit(trx, [entry]));
    const draft = await gateway.call(path, { headers: { accept: 'application/json' } });
    expect(draft.json.draft).toBe(true);
    expect(draft.json.markdown).toContain('a try');
    expect(draft.json.html).not.toContain('<b>checkout');
    await gateway.store
      .insertInto('reports')
      .values({ incident_id: incidentId, markdown: 'old', html: 'old', written_at: new Date() })
      .execute();
    expect((await gateway.call(path)).text).toContain('a try');
  });
});
