// Random alerts in random batches, against a model that is as plain as can be: lists, and the rules one by one.

import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import { alertId } from '../../src/core/ids.ts';
import { openDatabase, type Store } from '../../src/store/database.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { alertLike, minute, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let db: FreshDatabase;
/** As two gateways would have. */
let other: Store;
beforeAll(async () => {
  db = await freshDatabase();
  other = openDatabase({ url: db.url });
});
afterAll(async () => {
  await other.destroy();
  await db.close();
});

let runs = 0;

interface Message {
  finding: number;
  group: number;
  startsAt: number;
  /** Undefined while it fires. */
  endsAt: number | undefined;
}

const message: fc.Arbitrary<Message> = fc
  .record({
    finding: fc.nat(1),
    group: fc.nat(2),
    startsAt: fc.integer({ min: 1, max: 6 }),
    lasts: fc.option(fc.nat(4), { nil: undefined }),
  })
  .map(({ lasts, ...rest }) => ({ ...rest, endsAt: lasts === undefined ? undefined : rest.startsAt + lasts }));

const alertOf = (source: string, { finding, group, startsAt, endsAt }: Message): Alert =>
  alertLike({
    source,
    fingerprint: `finding-${finding}`,
    groupKey: `group-${group}`,
    startsAt: minute(startsAt),
    ...(endsAt !== undefined && { status: 'resolved', endsAt: minute(endsAt) }),
  });

interface ModelEpisode {
  finding: number;
  startsAt: number;
  firing: boolean;
  /** `<group>/<generation>`; undefined when it belongs to none. */
  incident: string | undefined;
}

class Model {
  readonly episodes: ModelEpisode[] = [];
  readonly ends: { finding: number; endsAt: number }[] = [];
  /** By group: the generation, and whether its incident is open. */
  readonly groups = new Map<number, { generation: number; isOpen: boolean }>();
  changes = 0;

  receive({ finding, group, startsAt, endsAt }: Message): 'accepted' | 'duplicate' {
    const same = this.episodes.filter((episode) => episode.finding === finding);
    const isKnown = same.some((episode) => episode.startsAt === startsAt);
    if (endsAt === undefined) {
      if (isKnown) return 'duplicate';
      const isOver =
        same.some((episode) => episode.startsAt > startsAt) ||
        this.ends.some((end) => end.finding === finding && end.endsAt >= startsAt);
      if (!isOver) {
        for (const older of same.filter(({ firing }) => firing)) this.#end(older);
        this.changes += 1;
      }
      const incident = isOver ? undefined : this.#incidentOf(group);
      this.episodes.push({ finding, startsAt, firing: !isOver, incident });
      return 'accepted';
    }
    this.ends.push({ finding, endsAt });
    const ended = same.filter((episode) => episode.firing && episode.startsAt <= endsAt);
    for (const episode of ended) this.#end(episode);
    if (!isKnown) this.episodes.push({ finding, startsAt, firing: false, incident: undefined });
    return isKnown && ended.length === 0 ? 'duplicate' : 'accepted';
  }

  #end(episode: ModelEpisode): void {
    episode.firing = false;
    this.changes += 1;
  }

  #incidentOf(group: number): string {
    const known = this.groups.get(group) ?? { generation: 0, isOpen: false };
    const next = known.isOpen ? known : { generation: known.generation + 1, isOpen: true };
    this.groups.set(group, next);
    return `${group}/${next.generation}`;
  }
}

async function storedEpisodes(source: string) {
  const rows = await db.store
    .selectFrom('alerts')
    .leftJoin('incidents', 'incidents.incident_id', 'alerts.incident_id')
    .leftJoin('incident_groups', 'incident_groups.group_id', 'incidents.group_id')
    .select(['alert_id', 'alerts.status', 'suppressed', 'group_key', 'incidents.generation'])
    .where('alerts.source', '=', source)
    .execute();
  return new Map(
    rows.map((row) => [
      row.alert_id,
      {
        firing: row.status === 'firing',
        incident: row.group_key === null ? undefined : `${row.group_key.replace('group-', '')}/${row.generation}`,
      },
    ]),
  );
}

/** What must hold of whatever was stored. */
async function checkBooks(source: string): Promise<{ repeats: number; events: number }> {
  const { rows } = await sql<{
    incident_id: string;
    alert_count: number;
    firing_count: number;
    last_position: number;
    alerts: number;
    firing: number;
    changes: { position: number; change: string; firing: number }[];
  }>`
    select i.incident_id, i.alert_count, i.firing_count, i.last_position,
      (select count(*)::int from alerts a where a.incident_id = i.incident_id) as alerts,
      (select count(*)::int from alerts a where a.incident_id = i.incident_id and status = 'firing') as firing,
      (select json_agg(json_build_object('position', position, 'change', change, 'firing', firing_after) order by position)
       from alert_events e where e.incident_id = i.incident_id) as changes
    from incidents i join incident_groups g using (group_id) where g.source = ${source}`.execute(db.store);
  let events = 0;
  for (const row of rows) {
    expect(row.alert_count).toBe(row.alerts);
    expect(row.firing_count).toBe(row.firing);
    let firing = 0;
    for (const [index, { position, change, firing: after }] of row.changes.entries()) {
      firing += change === 'fired' ? 1 : -1;
      expect([position, after]).toEqual([index + 1, firing]);
    }
    expect(row.last_position).toBe(row.changes.length);
    events += row.changes.length;
  }
  const repeats = await db.store
    .selectFrom('alerts')
    .select(sql<number>`coalesce(sum(repeat_count), 0)::int`.as('sum'))
    .where('source', '=', source)
    .executeTakeFirstOrThrow();
  return { repeats: repeats.sum, events };
}

test('one after the other, every alert ends as the plain rules say', async () => {
  type Step = { batch: Message[][]; closes: number | undefined };
  const step: fc.Arbitrary<Step> = fc.record({
    batch: fc.array(fc.array(message, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    closes: fc.option(fc.nat(2), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      runs += 1;
      const source = `sequence-${runs}`;
      const model = new Model();
      for (const { batch, closes } of steps) {
        const requests = batch.map((messages) => requestOf(messages.map((one) => alertOf(source, one))));
        const expected = batch.map((messages) => messages.map((one) => model.receive(one)));
        const results = await acceptAlerts(db.store, requests);
        for (const [index, outcome] of expected.entries()) {
          const repeated = outcome.filter((one) => one === 'duplicate').length;
          expect(results[index]).toMatchObject({ accepted: outcome.length - repeated, duplicates: repeated });
        }
        if (closes === undefined) continue;
        const group = model.groups.get(closes);
        if (group) group.isOpen = false;
        await sql`update incidents i set status = 'closed' from incident_groups g
                  where g.source = ${source} and g.group_key = ${`group-${closes}`} and i.incident_id = g.incident_id`.execute(
          db.store,
        );
      }
      const stored = await storedEpisodes(source);
      expect(stored.size).toBe(model.episodes.length);
      for (const { finding, startsAt, firing, incident } of model.episodes) {
        const id = alertId({ source, fingerprint: `finding-${finding}`, startsAt: minute(startsAt) });
        expect(stored.get(id)).toEqual({ firing, incident });
      }
    }),
    { numRuns: 120 },
  );
});

test('whatever the order, the batches and the gateways: the same alerts end the same way, in one incident each', async () => {
  const run = fc.record({
    messages: fc.array(message, { minLength: 1, maxLength: 40 }),
    batchSize: fc.integer({ min: 1, max: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(run, async ({ messages, batchSize }) => {
      runs += 1;
      const source = `storm-${runs}`;
      const requests = messages.map((one) => requestOf([alertOf(source, one)]));
      const batches = Array.from({ length: Math.ceil(requests.length / batchSize) }, (_, index) =>
        requests.slice(index * batchSize, (index + 1) * batchSize),
      );
      const results = await Promise.all(
        batches.map((batch, index) => acceptAlerts(index % 2 ? other : db.store, batch)),
      );
      const outcomes = results.flat();
      const stored = await storedEpisodes(source);
      const known = new Set(messages.map(({ finding, startsAt }) => `${finding} ${startsAt}`));
      expect(stored.size).toBe(known.size);
      for (const { finding, startsAt } of messages) {
        const same = messages.filter((one) => one.finding === finding);
        const isOver = same.some(
          (one) => one.startsAt > startsAt || (one.endsAt !== undefined && one.endsAt >= startsAt),
        );
        const id = alertId({ source, fingerprint: `finding-${finding}`, startsAt: minute(startsAt) });
        expect(stored.get(id)?.firing).toBe(!isOver);
      }
      const { repeats } = await checkBooks(source);
      expect(repeats).toBe(outcomes.reduce((sum, { duplicates }) => sum + duplicates, 0));
      expect(outcomes.reduce((sum, { accepted, duplicates }) => sum + accepted + duplicates, 0)).toBe(messages.length);
      const opened = outcomes.flatMap((outcome) => outcome.opened);
      expect(new Set(opened).size).toBe(opened.length);
      const incidents = new Set([...stored.values()].flatMap(({ incident }) => incident ?? []));
      expect(incidents.size).toBe(opened.length);
    }),
    { numRuns: 120 },
  );
});

test('an incident that ends while alerts come loses none of them', async () => {
  const source = 'closing';
  let isDone = false;
  let closed = 0;
  // One after the other, as workflows do.
  const closing = (async () => {
    for (let group = 0; !isDone; group = 1 - group) {
      const { numAffectedRows } = await sql`update incidents i set status = 'closed' from incident_groups g
        where g.source = ${source} and g.group_key = ${`group-${group}`} and i.incident_id = g.incident_id
          and i.status = 'triage'`.execute(db.store);
      closed += Number(numAffectedRows ?? 0);
    }
  })();
  const fired = (index: number) =>
    requestOf([alertLike({ source, fingerprint: `finding-${index}`, groupKey: `group-${index % 2}` })]);
  const batches = Array.from({ length: 60 }, (_, batch) => [fired(batch * 2), fired(batch * 2 + 1)]);
  for (let first = 0; first < batches.length; first += 4) {
    await Promise.all(
      batches.slice(first, first + 4).map((batch, index) => acceptAlerts(index % 2 ? other : db.store, batch)),
    );
  }
  isDone = true;
  await closing;
  expect(closed).toBeGreaterThan(1);
  const { events } = await checkBooks(source);
  expect(events).toBe(120);
  expect((await storedEpisodes(source)).size).toBe(120);
});
