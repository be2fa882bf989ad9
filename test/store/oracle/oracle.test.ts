// Twenty thousand mixed messages of twelve sources, with duplicates, flaps and messages out of order, through the real
// inbox: each alert ends in exactly one incident or one stated suppression, as an independent model says. Some batches
// fail before their commit and are sent again, some are sent again after it.

import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '../../../src/core/alert.ts';
import { groupIdOf } from '../../../src/core/ids.ts';
import { rules } from '../../../src/core/plan/rules.ts';
import { withholdingRules } from '../../../src/core/suppression/judge.ts';
import { reviewWithheld } from '../../../src/service/withheld.ts';
import { acceptAlerts } from '../../../src/store/inbox.ts';
import { createSilence } from '../../../src/store/silences.ts';
import { alertLike, requestOf } from '../../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { type Random, randomFrom } from '../../support/random.ts';
import { type Finding, kindOf, type Message, severityOf, stormOf, type Tells } from './messages.ts';
import { type Episode, Model, type Place } from './model.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

const seed = Number(process.env.ORACLE_SEED ?? 20_000);
const hour = 3_600_000;
// Tomorrow, so that no clock but the test's matters.
const fromMs = Math.ceil((Date.now() + 24 * hour) / hour) * hour;

const plan = withholdingRules(
  rules.parse({
    rules: [],
    default: { playbook: 'unknown' },
    inhibit: [
      { name: 'critical', source: ['severity="critical"'], target: ['severity="warning"'], equal: ['cluster'] },
    ],
    groups: [
      {
        ...{ name: 'logins', match: ['kind="login"'], group_by: ['host'], across_sources: true },
        threshold: { at_least: 3, within: '30m' },
      },
    ],
    flapping: [{ name: 'flaps', match: ['kind="flap"'], more_than: 4, within: '1h' }],
  }),
);
const silence = { from: fromMs + hour, until: fromMs + 4 * hour };

/** Most sources tell when a finding began and ended. */
const tells: Record<string, Tells> = { 'source-9': 'start', 'source-10': 'neither', 'source-11': 'no_end' };

function findingOf(random: Random, number: number): Finding {
  const kind = kindOf(random);
  const source = `source-${number % 12}`;
  return {
    ...{ kind, source, name: `${kind}-${number}`, severity: severityOf(random, kind) },
    cluster: `cluster-${random.between(1, 40)}`,
    host: `host-${random.between(1, 25)}`,
    group: `group-${random.between(1, 30)}`,
    tells: tells[source] ?? 'both',
  };
}

function alertOf({ finding, startsAt, endsAt }: Message, atMs: number): Alert {
  const { source, name, kind, severity, cluster, host, group } = finding;
  return alertLike({
    ...{ source, fingerprint: name, title: name, groupKey: group, labels: { kind, severity, cluster, host } },
    ...(finding.tells === 'neither' ? { startsAt: iso(atMs), startsAtAssumed: true } : { startsAt: iso(startsAt) }),
    ...(endsAt !== undefined && { status: 'resolved' }),
    ...(endsAt !== undefined && finding.tells === 'both' && { endsAt: iso(endsAt) }),
  });
}

const iso = (ms: number): string => new Date(ms).toISOString();

async function send(batch: readonly Message[], atMs: number, fails: boolean): Promise<void> {
  const requests = [...Map.groupBy(batch, ({ finding }) => finding.source).values()].map((messages) =>
    requestOf(
      messages.map((message) => alertOf(message, atMs)),
      { receivedAtMs: atMs },
    ),
  );
  const beforeCommit = async () => {
    if (fails) throw new Error('killed');
  };
  const sent = acceptAlerts(db.store, requests, { rules: plan, beforeCommit });
  await (fails ? expect(sent).rejects.toThrow('killed') : sent);
}

async function reviewAll(atMs: number): Promise<void> {
  while ((await reviewWithheld(db.store, plan, new Date(atMs))).length > 0) {}
}

/** As the incident's workflow does in the end. */
async function close(group: string, model: Model): Promise<void> {
  const generation = model.close(group);
  const [key = '', source = ''] = group.split(' of ');
  const id = key === 'logins' ? groupIdOf('*', `logins: host="${source}"`) : groupIdOf(source, key);
  const updated = await db.store
    .updateTable('incidents')
    .set({ status: 'closed' })
    .where('group_id', '=', id)
    .where('generation', '=', generation)
    .executeTakeFirst();
  expect(Number(updated.numUpdatedRows)).toBe(1);
}

test(`each of 20,000 mixed alerts is in exactly one incident or one stated suppression (ORACLE_SEED=${seed})`, async () => {
  const random = randomFrom(seed);
  const findings = Array.from({ length: 2_000 }, (_, number) => findingOf(random, number));
  const messages = stormOf(random, { messages: 20_000, findings, fromMs });
  const model = new Model({
    silence,
    login: { atLeast: 3, withinMs: hour / 2 },
    flap: { moreThan: 4, withinMs: hour },
  });
  const times = { startsAt: iso(silence.from), endsAt: iso(silence.until), at: iso(Date.now()) };
  const made = { silenceId: 's1', matchers: ['kind="noise"'], owner: 'key:test', reason: 'test', ...times };
  expect(await createSilence(db.store, made)).toBe(true);

  for (let next = 0; next < messages.length; ) {
    const size = random.between(50, 600);
    // The requests of a source come together, so the model gets them in that order too.
    const batch = [...Map.groupBy(messages.slice(next, next + size), ({ finding }) => finding.source).values()].flat();
    next += size;
    const at = batch.reduce((latest, message) => Math.max(latest, message.at), 0);
    if (random.between(0, 19) === 0) await send(batch, at, true);
    await send(batch, at, false);
    model.receive(batch, at);
    if (random.between(0, 19) === 0) {
      await send(batch, at, false);
      model.receive(batch, at);
    }
    if (random.between(0, 2) > 0) {
      await reviewAll(at);
      model.review(at);
    }
    const open = model.openGroups();
    for (let n = random.between(0, 12); n > 0 && open.length > 0; n -= 1) {
      const [group = ''] = open.splice(random.between(0, open.length - 1), 1);
      await close(group, model);
    }
  }
  const endMs = fromMs + 48 * hour;
  await reviewAll(endMs);
  model.review(endMs);

  const seen = await compare(model);
  // Or nothing was tried.
  for (const place of ['incident', 'late', 'resolved_unseen', 'silenced', 'inhibited', 'flapping', 'below_threshold']) {
    expect(seen.get(place) ?? 0, place).toBeGreaterThan(20);
  }
  await checkBooks();
}, 60_000);

interface Row {
  source: string;
  fingerprint: string;
  starts_at: Date;
  status: string;
  suppressed: string | null;
  incident_id: string | null;
  group_id: string | null;
  generation: number | null;
  told: string[] | null;
}

async function compare(model: Model): Promise<Map<string, number>> {
  const { rows } = await sql<Row>`
    select a.source, a.fingerprint, a.starts_at, a.status, a.suppressed, a.incident_id, i.group_id, i.generation, e.told
    from alerts a left join incidents i using (incident_id)
    left join (select alert_id, array_agg(change order by position) as told from alert_events group by alert_id) e
      using (alert_id)
    order by a.starts_at`.execute(db.store);
  const stored = Map.groupBy(rows, ({ source, fingerprint }) => `${source} ${fingerprint}`);
  const seen = new Map<string, number>();
  const wrong: unknown[] = [];
  for (const [{ source, name }, episodes] of model.byFinding) {
    const found = stored.get(`${source} ${name}`) ?? [];
    const expected = episodes.toSorted((a, b) => a.startsAt - b.startsAt);
    for (let n = 0; n < Math.max(found.length, expected.length); n += 1) {
      if (!isSame(expected[n], found[n])) wrong.push({ expected: expected[n], found: found[n] });
    }
    for (const { place } of expected) {
      const kind = typeof place === 'string' ? place : 'incident';
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(rows.length).toBe([...model.byFinding.values()].flat().length);
  return seen;
}

function isSame(episode: Episode | undefined, row: Row | undefined): boolean {
  if (!episode || !row) return false;
  const { finding, startsAt, firing, place, told } = episode;
  return (
    (finding.tells === 'neither' || row.starts_at.getTime() === startsAt) &&
    row.status === (firing ? 'firing' : 'resolved') &&
    isPlace(row, place) &&
    (row.told ?? []).join() === told.join()
  );
}

function isPlace({ suppressed, group_id, generation }: Row, place: Place): boolean {
  if (place === 'late') return suppressed === 'superseded' || suppressed === 'stale';
  if (typeof place === 'string') return suppressed === place && group_id === null;
  const [key = '', source = ''] = place.group.split(' of ');
  const id = key === 'logins' ? groupIdOf('*', `logins: host="${source}"`) : groupIdOf(source, key);
  return suppressed === null && group_id === id && generation === place.generation;
}

/** Counts and numbered events say the same as the alerts. */
async function checkBooks(): Promise<void> {
  const { rows } = await sql`
    select i.incident_id from incidents i
    left join lateral (select count(*)::int as alerts, (count(*) filter (where status = 'firing'))::int as firing
      from alerts a where a.incident_id = i.incident_id) a on true
    left join lateral (select count(*)::int as events, max(position) as last
      from alert_events e where e.incident_id = i.incident_id) e on true
    where (i.alert_count, i.firing_count) <> (a.alerts, a.firing) or e.events <> i.last_position or e.last <> i.last_position`.execute(
    db.store,
  );
  expect(rows).toEqual([]);
}
