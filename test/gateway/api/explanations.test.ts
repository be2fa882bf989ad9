// What the API says of alerts and incidents that the real inbox stored.

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ResponsePlanned } from '../../../src/core/incident/plan.ts';
import { openIncident } from '../../../src/core/incident/state.ts';
import { rules } from '../../../src/core/plan/rules.ts';
import { withholdingRules } from '../../../src/core/suppression/judge.ts';
import { reviewWithheld } from '../../../src/service/withheld.ts';
import { acceptAlerts } from '../../../src/store/inbox.ts';
import { writeJournal } from '../../../src/store/journal.ts';
import { createSilence, expireSilence } from '../../../src/store/silences.ts';
import { alertLike, minute, requestOf } from '../../support/alerts.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const inhibit = [{ name: 'node-down', source: ['severity="critical"'], target: ['severity="warning"'] }];
const withholding = withholdingRules(rules.parse({ rules: [], default: { playbook: 'unknown' }, inhibit }));
const firing = (name: string, severity = 'high', changes = {}) =>
  alertLike({
    fingerprint: name,
    title: `${name} fires`,
    labels: { alertname: name, severity },
    groupKey: name,
    ...changes,
  });
const accept = async (...alerts: ReturnType<typeof firing>[]) =>
  (await acceptAlerts(gateway.store, [requestOf(alerts)], { rules: withholding }))[0];
const get = async (path: string) => (await gateway.call(path, { key: 'viewer' })).json;
const answerTo = (explanation: { answers: { question: string; lines: string[] }[] }, question: RegExp): string =>
  explanation.answers.find((answer) => question.test(answer.question))?.lines.join('\n') ?? '';

it('lists what is no incident with why, and explains the same', async () => {
  const at = new Date().toISOString();
  const silence = { silenceId: 's1', owner: 'key:ana', reason: 'moving disks', startsAt: minute(0), at };
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  await createSilence(gateway.store, { ...silence, matchers: ['alertname="Silent"'], endsAt });
  await accept(firing('Silent'), firing('Node', 'critical'), firing('Disk', 'warning'));
  await accept(firing('Gone', 'high', { status: 'resolved', endsAt: minute(1) }));

  const { items } = await get('/api/alerts');
  const [silent, disk, gone] = ['Silent', 'Disk', 'Gone'].map((name) =>
    items.find(({ fingerprint }: { fingerprint: string }) => fingerprint === name),
  );
  expect(items).toHaveLength(3);
  expect(silent).toMatchObject({ suppressed: 'silenced', withheld: { by: 's1', owner: 'key:ana' } });
  expect(silent.explanation).toBe(
    `Silence s1 of key:ana until ${endsAt}: moving disks. It still fires: when that is over, at the latest at ${endsAt}, it becomes an incident.`,
  );
  expect(disk.explanation).toContain(
    `Rule node-down inhibits it while "Node fires" fires (alert ${disk.withheld.alertId})`,
  );
  expect(gone).toMatchObject({ suppressed: 'resolved_unseen', withheld: null });
  for (const { id, explanation, withheld } of items) {
    const explained = await get(`/api/alerts/${id}/explanation`);
    expect(explained).toMatchObject({ about: 'alert', id, incidentId: null, withheld });
    expect(answerTo(explained, /no incident/).replaceAll('\n', ' ')).toBe(explanation);
  }
  expect((await get('/api/alerts?suppressed=silenced')).items).toEqual([silent]);
  expect((await get('/api/alerts?status=resolved&source=generic')).items).toEqual([gone]);
  expect((await gateway.call('/api/alerts?suppressed=none')).status).toBe(400);
  // By its title, a label, its id, and what withholds it; what looks like a pattern is none.
  for (const q of ['silent FIRES', '"alertname": "Silent"', silent.id, 's1']) {
    expect((await get(`/api/alerts?q=${encodeURIComponent(q)}`)).items).toEqual([silent]);
  }
  expect((await get('/api/alerts?q=node-down')).items).toEqual([disk]);
  expect((await get(`/api/alerts?q=${encodeURIComponent('%')}`)).items).toEqual([]);

  await expireSilence(gateway.store, 's1', 'key:ana', new Date().toISOString());
  const [incidentId] = await reviewWithheld(gateway.store, withholding, new Date());
  const released = await get(`/api/alerts/${silent.id}/explanation`);
  expect(released).toMatchObject({ incidentId, withheld: { why: 'silenced', by: 's1' } });
  expect(answerTo(released, /belong/)).toContain('Until nothing withheld it any more');
  expect(answerTo(await get(`/api/incidents/${incidentId}/explanation`), /Why is there/)).toContain(
    'withheld before (silenced by s1)',
  );
});

it('explains an incident by what opened it, what triage decided and what people changed', async () => {
  const [first, second] = ['One', 'Two'].map((name) => firing(name, 'high', { groupKey: 'web' }));
  const outcome = await acceptAlerts(gateway.store, [requestOf([first, second].flatMap((one) => one ?? []))]);
  const incidentId = outcome[0]?.incidents[0] ?? '';
  const opened = { incidentId, severity: 'high' as const, title: 'One fires', ...times() };
  const plan = {
    planDigest: 'd'.repeat(64),
    ...{ verdict: { kind: 'respond' }, severity: 'critical', team: 'platform', playbook: 'service-down', runbooks: [] },
    reasons: [
      'rule odd passed over: int() of text',
      'severity critical: rule service-down; raised from high by tier 1',
      'playbook service-down: rule service-down',
      'team platform: owns checkout',
    ],
  } as unknown as ResponsePlanned;
  const state = { ...openIncident(opened), plan, nextEvent: 1, severity: 'low' as const };
  const event = {
    type: 'severity_changed',
    severity: 'low',
    reason: 'only a test system',
    at: minute(5),
    actor: 'key:bo',
  } as const;
  await writeJournal(gateway.store, { state, events: [event], firstEvent: 0, version: '1' });

  const explained = await get(`/api/incidents/${incidentId}/explanation`);
  expect(explained).toMatchObject({ about: 'incident', id: incidentId, incidentId });
  expect(answerTo(explained, /Why is there/)).toMatch(/by an alert of group web of generic, which had no incident yet/);
  expect(answerTo(explained, /together/)).toBe('2 alerts of group web of generic, 2 of them firing.');
  expect(answerTo(explained, /Why severity low/)).toMatch(
    /rule service-down; raised.*\n.* key:bo: .*only a test system/,
  );
  expect(answerTo(explained, /team platform/)).toBe('Team platform: owns checkout.');
  expect(answerTo(explained, /playbook service-down/)).toBe('Playbook service-down: rule service-down.');
  expect(answerTo(explained, /What else/)).toMatch(/passed over/);
});

const times = () => ({ impactStartedAt: minute(0), detectedAt: minute(1) });

it('knows nothing of what is not there', async () => {
  expect((await gateway.call('/api/alerts/nothing/explanation')).json.code).toBe('alert_not_found');
  expect((await gateway.call('/api/incidents/nothing/explanation')).json.code).toBe('incident_not_found');
});
