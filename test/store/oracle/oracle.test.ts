// Twenty thousand mixed messages of twelve sources, with duplicates, flaps and messages out of order, through the real
// inbox: each alert ends in exactly one incident or one stated suppression, as an independent model says. Some batches
// fail before their commit and are sent again, some are sent again after it.

import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '../../../src/core/alert.ts';
import { alertId, groupIdOf } from '../../../src/core/ids.ts';
import { rules } from '../../../src/core/plan/rules.ts';
import { withholdingRules } from '../../../src/core/suppression/judge.ts';
import { reviewWithheld } from '../../../src/service/withheld.ts';
import { acceptAlerts } from '../../../src/store/inbox.ts';
import { createSilence } from '../../../src/store/silences.ts';
import { alertLike, requestOf } from '../../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { randomFrom } from '../../support/random.ts';
import { type Message, stormOf } from './messages.ts';
import { Model, type Place } from './model.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

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

function alertOf({ finding, startsAt, endsAt }: Message): Alert {
  const { source, name, kind, severity, cluster, host, group } = finding;
  return alertLike({
    ...{ source, fingerprint: name, title: name, groupKey: group, labels: { kind, severity, cluster, host } },
    startsAt: iso(startsAt),
    ...(endsAt !== undefined && { status: 'resolved', endsAt: iso(endsAt) }),
  });
}

const iso = (ms: number): string => new Date(ms).toISOString();

async function send(batch: readonly Message[], atMs: number, fails: boolean): Promise<void> {
  const requests = [...Map.groupBy(batch, ({ finding }) => finding.source).values()].map((messages) =>
    requestOf(messages.map(alertOf), { receivedAtMs: atMs }),
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

test('each of 20,000 mixed alerts is in exactly one incident or one stated suppression', async () => {
  const random = randomFrom(20_000);
  const messages = stormOf(random, { messages: 20_000, sources: 12, findings: 2_000, fromMs });
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
  alert_id: string;
  status: string;
  suppressed: string | null;
  incident_id: string | null;
  group_id: string | null;
  generation: number | null;
}

async function compare(model: Model): Promise<Map<string, number>> {
  const { rows } = await sql<Row>`
    select a.alert_id, a.status, a.suppressed, a.incident_id, i.group_id, i.generation
    from alerts a left join incidents i using (incident_id)`.execute(db.store);
  const stored = new Map(rows.map((row) => [row.alert_id, row]));
  const seen = new Map<string, number>();
  const wrong: unknown[] = [];
  const episodes = [...model.byFinding.values()].flat();
  for (const { finding, startsAt, firing, place } of episodes) {
    const id = alertId({ source: finding.source, fingerprint: finding.name, startsAt: iso(startsAt) });
    const row = stored.get(id);
    const isSame = row && row.status === (firing ? 'firing' : 'resolved') && isPlace(row, place);
    if (!isSame) wrong.push({ finding, startsAt: iso(startsAt), firing, place, row });
    const name = typeof place === 'string' ? place : 'incident';
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(stored.size).toBe(episodes.length);
  return seen;
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
