// What the API says was learnt, of incidents that the real planning planned and people ended.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { learnFromEnded } from '../../../src/learning/learn.ts';
import { alertWith, planInput, planWith } from '../../core/plan/sample.ts';
import { type Ending, Incidents } from '../../learning/incidents.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';

const hourMs = 3_600_000;
const startMs = Date.parse('2026-10-01T08:00:00Z');
const rules = [
  { name: 'noise', when: '= labels.kind == "noise"', severity: 'low' },
  { name: 'theft', when: '= labels.kind == "theft"', severity: 'high' },
];

let gateway: TestGateway;
let incidents: Incidents;
let count = 0;
const open = (kind: string, host = `${kind}-host`): Promise<string> => {
  count += 1;
  const alert = alertWith({
    ...{
      fingerprint: `f${count}`,
      groupKey: `g${count}`,
      title: `${kind} on ${host}`,
      labels: { kind, service: 'wiki' },
    },
    entities: [{ kind: 'host', value: host }],
  });
  return incidents.open(alert, startMs + count * hourMs);
};
const end = (id: string, ending: Ending) => incidents.end(id, startMs + count * hourMs + 60_000, ending);
const get = async (path: string) => (await gateway.call(path, { key: 'viewer' })).json;
const idsOf = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);

const ids = { noise: '', theft: '', unknown: '' };
const earlier: string[] = [];
beforeAll(async () => {
  gateway = await startTestGateway();
  incidents = new Incidents(gateway.store, planWith({ rules: { ...planInput.rules, rules } }));
  expect(await get('/api/learning')).toEqual({
    ...{ speaks: false, falseAlarms: 0, real: 0, due: 0, model: null, updatedAt: null },
  });
  for (let at = 0; at < 16; at += 1) {
    earlier.push(await open('noise'));
    await end(earlier.at(-1) ?? '', 'false_positive');
    await end(await open('theft', `host-${at}`), 'real');
  }
  expect((await learnFromEnded(gateway.store)).learnt).toBe(32);
  // The unlikely one is not the newest.
  ids.theft = await open('theft', 'vault-1');
  ids.noise = await open('noise');
  ids.unknown = await open('unheard-of');
});
afterAll(() => gateway.close());

it('says how likely an incident is a false alarm, why, and which earlier ones are like it', async () => {
  const { falseAlarm, verdict, similar } = await get(`/api/incidents/${ids.noise}/learnt`);
  expect(falseAlarm.chance).toBeGreaterThan(0.7);
  expect(falseAlarm.words).toMatch(/^likely a false alarm: \d\d %$/);
  expect(falseAlarm.because[0]).toBe('16 of 16 earlier incidents of rule noise on service wiki were false alarms');
  expect(falseAlarm.model).toBe((await get('/api/learning')).model);
  expect(verdict).toBeNull();
  expect(idsOf({ items: similar })).toEqual(earlier.toReversed().slice(0, 5));
  expect(similar[0]).toMatchObject({
    ...{ status: 'dismissed', disposition: 'false_positive', title: 'noise on noise-host' },
    because: ['the same kind of incident', 'service wiki', 'about the same: host noise-host'],
    url: `http://firebreak.test/incidents/${earlier.at(-1)}`,
  });
  expect((await get(`/api/incidents/${earlier[0]}/learnt`)).verdict).toBe('false_alarm');
  expect((await get(`/api/incidents/${ids.unknown}/learnt`)).falseAlarm).toBeNull();
  expect((await gateway.call('/api/incidents/nothing/learnt')).json.code).toBe('incident_not_found');
});

it('lists what is likely real first, what nothing is known of before it, and hides nothing', async () => {
  const { items } = await get('/api/incidents?open=true&sort=likely_real');
  expect(idsOf({ items })).toEqual([ids.unknown, ids.theft, ids.noise]);
  const [unknown, theft, noise] = items.map((one: { falseAlarmChance: number | null }) => one.falseAlarmChance);
  expect(unknown).toBeNull();
  expect(theft).toBeLessThan(0.3);
  expect(noise).toBeGreaterThan(0.7);
  expect(idsOf(await get('/api/incidents?open=true'))).toEqual([ids.unknown, ids.noise, ids.theft]);
  expect((await gateway.call('/api/incidents?sort=luck')).status).toBe(400);
});

it('pages by rank: each once, in the order of the whole', async () => {
  const whole = idsOf(await get('/api/incidents?sort=likely_real&limit=200'));
  expect(whole).toHaveLength(35);
  const paged: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await get(`/api/incidents?sort=likely_real&limit=4${cursor}`);
    paged.push(...idsOf(page));
    if (page.next === null) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(paged).toEqual(whole);
  const { next } = await get('/api/incidents?limit=4');
  const refused = await gateway.call(`/api/incidents?sort=likely_real&cursor=${next}`);
  expect([refused.status, refused.json.code]).toEqual([400, 'invalid_cursor']);
});

it('explains by it', async () => {
  const { answers } = await get(`/api/incidents/${ids.noise}/explanation`);
  const { lines } = answers.find(({ question }: { question: string }) => /earlier incidents/.test(question));
  expect(lines[0]).toMatch(/^Likely a false alarm: \d\d % \(model [0-9a-f]{12}\): 16 of 16 earlier incidents/);
  expect(lines[1]).toMatch(new RegExp(`^Incident ${earlier.at(-1)} of 2026-10-02, noise on noise-host: dismissed as`));
});

it('forgets and learns anew when an administrator says so, on the audit log', async () => {
  const before = await get('/api/learning');
  expect(before).toMatchObject({ speaks: true, falseAlarms: 16, real: 16, due: 0 });
  expect((await gateway.call('/api/learning/rebuild', { method: 'POST', key: 'responder' })).status).toBe(403);
  const asked = await gateway.call('/api/learning/rebuild', { method: 'POST' });
  expect(asked.json).toEqual({ incidents: 32 });
  expect(await get('/api/learning')).toMatchObject({ speaks: false, due: 32, model: null });
  await learnFromEnded(gateway.store);
  expect((await get('/api/learning')).model).toBe(before.model);
  const { items } = await get('/api/audit?kind=learning_rebuild_requested');
  expect(items).toMatchObject([{ actor: 'key:the-admin' }]);
  expect(JSON.parse(items[0].body).data).toEqual({ incidents: 32 });
});
