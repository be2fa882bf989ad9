// Learning on a real database: incidents of a generated history, planned by the real planning and ended by people.

import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backTest } from '../../src/core/learning/back-test.ts';
import { learn, modelDigest, newModel } from '../../src/core/learning/model.ts';
import { withDigest } from '../../src/core/plan/response-plan.ts';
import { learnFromEnded } from '../../src/learning/learn.ts';
import { openDatabase } from '../../src/store/database.ts';
import { readIncident } from '../../src/store/incidents-read.ts';
import { requestRebuild } from '../../src/store/learning.ts';
import { readLearningStatus, recordedCases } from '../../src/store/learning-read.ts';
import { type Happened, historyOf, historyPlan, recorded } from '../core/learning/history.ts';
import { alertWith } from '../core/plan/sample.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { Incidents } from './incidents.ts';

let db: FreshDatabase;
let incidents: Incidents;
beforeAll(async () => {
  db = await freshDatabase();
  incidents = new Incidents(db.store, historyPlan);
});
afterAll(() => db.close());

const { routing } = historyPlan.plan;
const hourMs = 3_600_000;
const happened = historyOf(130, 3);
const falseAlarms = happened.filter(({ isFalseAlarm }) => isFalseAlarm).length;
const later = Date.parse('2026-06-01T12:00:00Z');

const status = () => readLearningStatus(db.store);
async function learnAll(): Promise<number> {
  for (let learnt = 0; ; ) {
    const step = await learnFromEnded(db.store);
    if (step.looked === 0) return learnt;
    learnt += step.learnt;
  }
}
async function caseOf(incidentId: string) {
  const all = db.store.selectFrom('learning_cases').selectAll();
  return await all.where('incident_id', '=', incidentId).executeTakeFirst();
}
const open = (name: string, labels: Record<string, string> = { kind: 'cpu', service: 'wiki' }, atMs = later) => {
  const [first] = happened[0]?.facts.alerts ?? [];
  if (!first) throw new Error('The history is empty');
  return incidents.open({ ...first, fingerprint: name, groupKey: name, labels, entities: [] }, atMs);
};
async function play({ facts, endedAtMs, isFalseAlarm }: Happened): Promise<string> {
  const [alert] = facts.alerts;
  if (!alert) throw new Error('An incident without an alert');
  const id = await incidents.open(alert, Date.parse(facts.opened.detectedAt));
  await incidents.end(id, endedAtMs, isFalseAlarm ? 'false_positive' : 'real');
  return id;
}

describe('learning from incidents that people ended', () => {
  it('learns each verdict once, whoever tries at the same time, and what core learns from the same', async () => {
    for (const one of happened) await play(one);
    expect(await status()).toMatchObject({ falseAlarms: 0, real: 0, due: 130, digest: null });
    const other = openDatabase({ url: db.url });
    const steps = await Promise.all([db.store, other, db.store].map(learnFromEnded));
    await other.destroy();
    expect(steps.reduce((sum, { learnt }) => sum + learnt, await learnAll())).toBe(130);

    const model = newModel();
    const inOrder = happened.toSorted((a, b) => a.endedAtMs - b.endedAtMs).map(recorded);
    for (const { features, verdict } of inOrder) learn(model, features, verdict);
    expect(await status()).toMatchObject({ falseAlarms, real: 130 - falseAlarms, due: 0, digest: modelDigest(model) });
    expect(await learnAll()).toBe(0);
  });

  it('comes to the same when it is rebuilt, also from incidents that nothing was remembered of', async () => {
    const before = await status();
    expect(await requestRebuild(db.store, 'key:ana', new Date().toISOString())).toBe(130);
    expect(await status()).toMatchObject({ digest: null, due: 130 });
    await learnAll();
    expect((await status()).digest).toBe(before.digest);
    await db.store.deleteFrom('learning_cases').execute();
    await requestRebuild(db.store, 'key:ana', new Date().toISOString());
    expect(await learnAll()).toBe(130);
    expect((await status()).digest).toBe(before.digest);
  });

  it('learns from what had ended before there was anything to learn, as the migration leaves it', async () => {
    const before = await status();
    const path = new URL('../../src/store/migrations/0017_learning_version.sql', import.meta.url);
    const [, ...inserting] = (await readFile(path, 'utf8')).split(';');
    await db.store.deleteFrom('learning_cases').execute();
    await db.store.deleteFrom('learning_model').execute();
    await sql.raw(inserting.join(';')).execute(db.store);
    expect(await learnAll()).toBe(130);
    expect((await status()).digest).toBe(before.digest);
  });

  it('begins anew by itself where another version learnt, or what was kept cannot be read', async () => {
    const before = await status();
    const broken = [{ feature_version: 0 }, { weights: Buffer.from('no weights') }];
    for (const change of broken) {
      await db.store.updateTable('learning_model').set(change).execute();
      const [{ incident_id }] = (await db.store
        .selectFrom('learning_cases')
        .select('incident_id')
        .limit(1)
        .execute()) as [{ incident_id: string }];
      await db.store.updateTable('learning_cases').set({ due: true }).where('incident_id', '=', incident_id).execute();
      expect(await learnAll()).toBe(130);
      expect(await status()).toMatchObject({ digest: before.digest, falseAlarms, real: 130 - falseAlarms });
    }
  });

  it('never keeps an incident from being planned, whatever became of the model', async () => {
    const kept = await db.store.selectFrom('learning_model').selectAll().executeTakeFirstOrThrow();
    await db.store.deleteFrom('learning_model').execute();
    const row = await readIncident(db.store, await open('without a model'));
    expect(row?.state?.plan).toMatchObject({ severity: 'medium' });
    const { one: _, ...values } = kept;
    await db.store.insertInto('learning_model').values(values).execute();
  });

  it('tests itself on the past as core does', async () => {
    const tested = backTest(await recordedCases(db.store, 1_000));
    expect({ ...tested, incidents: 130 }).toEqual(backTest(happened.map(recorded)));
    expect(tested.predicted).toBeGreaterThan(50);
  });

  it('tells of a new incident what people said of its kind, names the model, and changes nothing else', async () => {
    const id = await open('new');
    const row = await readIncident(db.store, id);
    const { digest } = await status();
    const line = row?.state?.plan?.reasons.find((reason) => reason.startsWith('learnt: '));
    expect(line).toMatch(/^learnt: (un)?(likely|perhaps) a false alarm: \d+ %/);
    expect(line).toContain(`(model ${digest})`);
    expect(line).toMatch(/\d+ of \d+ earlier incidents of rule cpu on service wiki were false alarms/);
    expect(row).toMatchObject({ severity: 'medium', status: 'triage' });
    const said = await caseOf(id);
    expect(said).toMatchObject({ model: digest, verdict: null, due: false, rule: 'cpu', proposed: 'medium' });
    expect(line).toContain(`${Math.round((said?.chance ?? 0) * 100)} %`);
  });

  it('says nothing of a kind that people have said too little of', async () => {
    const id = await open('unseen', { kind: 'cpu', service: 'never-seen' });
    expect(await caseOf(id)).toMatchObject({ chance: null, because: null, model: null, kind_key: expect.any(String) });
    const row = await readIncident(db.store, id);
    expect(row?.state?.plan?.reasons.join()).not.toContain('learnt');
  });

  it('judges open incidents anew by what was learnt since', async () => {
    const id = await open('waits');
    const before = await caseOf(id);
    for (let at = 0; at < 10; at += 1) {
      await incidents.end(await open(`noise ${at}`), later + at * 60_000, 'false_positive');
    }
    expect(await learnAll()).toBe(10);
    const after = await caseOf(id);
    expect(after?.chance).toBeGreaterThan((before?.chance ?? 1) + 0.05);
    expect(after?.model).toBe((await status()).digest);
    expect(after?.because?.[0]).not.toBe(before?.because?.[0]);
  });

  it('hears who changed their mind once more, and only then', async () => {
    const id = await open('mistaken');
    await incidents.end(id, later + hourMs, 'false_positive');
    expect(await learnAll()).toBe(1);
    await incidents.reopen(id, later + 2 * hourMs);
    await incidents.end(id, later + 3 * hourMs, 'false_positive');
    expect(await learnAll()).toBe(0);
    await incidents.reopen(id, later + 4 * hourMs);
    await incidents.end(id, later + 5 * hourMs, 'real');
    expect(await learnAll()).toBe(1);
    expect(await caseOf(id)).toMatchObject({ verdict: 'real', due: false });
  });

  it('learns nothing from what no person said: dismissed by a rule, closed by itself, a drill', async () => {
    const before = await status();
    await incidents.end(await open('by rule'), later + hourMs, 'by rule');
    await incidents.end(await open('by itself'), later + hourMs, 'by itself');
    const drill = await open('drill');
    await db.store.updateTable('incidents').set({ drill: true }).where('incident_id', '=', drill).execute();
    await db.store.deleteFrom('learning_cases').where('incident_id', '=', drill).execute();
    await incidents.end(drill, later + hourMs, 'real');
    expect(await learnAll()).toBe(0);
    expect(await status()).toEqual(before);
    expect(await caseOf(drill)).toBeUndefined();
  });

  it('suggests the severity and the person that people chose before', async () => {
    for (let at = 0; at < 5; at += 1) {
      const id = await open(`raised ${at}`, { kind: 'egress', service: 'vault' });
      await incidents.say(id, later + at, 'key:ana', { type: 'severity_changed', severity: 'critical', reason: '' });
      await incidents.say(id, later + at, 'key:ana', { type: 'assigned', to: 'noor' });
      await incidents.end(id, later + at + 60_000, 'real');
    }
    expect(await learnAll()).toBe(5);
    const row = await readIncident(db.store, await open('raised again', { kind: 'egress', service: 'vault' }));
    const kind = 'of the last 5 incidents of rule egress on service vault';
    expect(row?.severity).toBe('medium');
    expect(row?.state?.plan?.reasons).toEqual(
      expect.arrayContaining([
        `suggested: severity critical, as 5 ${kind} ended with severity critical, where the plan said medium`,
        `suggested: ask noor, as they took 5 ${kind}`,
      ]),
    );
  });

  it('lets it count where the plan says so and no rule speaks, for what is opened next', async () => {
    const learnt = 'use' as const;
    const rules = { ...historyPlan.plan.rules, rules: [], learnt };
    const using = new Incidents(db.store, withDigest({ ...historyPlan.plan, rules, routing: { ...routing, learnt } }));
    const alert = { ...alertWith({ title: 'Odd thing', labels: { job: 'x' }, severityHint: 'low', entities: [] }) };
    const openOdd = (at: number) => using.open({ ...alert, fingerprint: `o${at}`, groupKey: `o${at}` }, later + at);
    for (let at = 0; at < 6; at += 1) {
      const id = await openOdd(at);
      expect((await readIncident(db.store, id))?.severity).toBe(at < 5 ? 'low' : 'high');
      await using.say(id, later + at, 'key:ana', { type: 'severity_changed', severity: 'high', reason: '' });
      await using.say(id, later + at, 'key:lead', { type: 'acknowledged' });
      await using.end(id, later + at + 60_000, 'real');
      await learnAll();
    }
    const { plan } = (await readIncident(db.store, await openOdd(9)))?.state ?? {};
    expect(plan).toMatchObject({
      severity: 'high',
      team: 'security',
      page: { levels: [[{ to: 'security' }], [{ to: 'lead' }]] },
    });
    expect(plan?.reasons[0]).toBe(
      'severity high: learnt, as 6 of the last 6 incidents of source generic called like it without a service ended with severity high, where the plan said low',
    );
  });

  it('keeps nothing of what incidents are about', async () => {
    const rows = await db.store.selectFrom('learning_cases').select(['features', 'because', 'kind_words']).execute();
    const text = JSON.stringify(rows);
    expect(text).not.toMatch(/build-\d|web-\d|noor/);
  });
});
