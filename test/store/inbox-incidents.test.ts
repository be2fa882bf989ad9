// Which incident an alert belongs to, also while that ends or is merged.

import { sql } from 'kysely';
import { expect, test } from 'vitest';
import {
  accept,
  acceptOne,
  alerts,
  events,
  firing,
  incidents,
  resolved,
  source,
  store,
  useInbox,
} from './inbox-world.ts';

useInbox();

test('alerts of a group share its incident until that ends; then the next generation opens', async () => {
  await acceptOne([firing(), firing({ fingerprint: 'disk-full' })]);
  const [first] = await incidents();
  await store()
    .updateTable('incidents')
    .set({ status: 'closed' })
    .where('incident_id', '=', first?.incident_id ?? '')
    .execute();
  const repeat = await acceptOne([firing()]);
  const next = await acceptOne([firing({ fingerprint: 'memory-low' })]);
  const [, second] = await incidents();
  expect(repeat).toMatchObject({ duplicates: 1, incidents: [first?.incident_id], opened: [] });
  expect(next).toMatchObject({ accepted: 1, incidents: [second?.incident_id], opened: [second?.incident_id] });
  expect(second).toMatchObject({ generation: 2, alert_count: 1 });
});

test('an alert that resolves after its incident ended is counted there, and told to nobody', async () => {
  await acceptOne([firing()]);
  const [incident] = await incidents();
  const id = incident?.incident_id ?? '';
  await store().updateTable('incidents').set({ status: 'closed' }).where('incident_id', '=', id).execute();
  expect(await acceptOne([resolved()])).toMatchObject({ accepted: 1, incidents: [id] });
  expect(await incidents()).toMatchObject([{ firing_count: 0, last_position: 1 }]);
});

test('alerts follow a merge, new ones and resolved ones', async () => {
  await accept([[firing()]], [[firing({ fingerprint: 'other', groupKey: 'other' })]]);
  const ids = new Map((await incidents()).map((incident) => [incident.group_id, incident.incident_id]));
  const [from = '', into = ''] = ids.values();
  await store()
    .updateTable('incidents')
    .set({ status: 'merged', merged_into: into })
    .where('incident_id', '=', from)
    .execute();
  const [moved] = (await alerts()).filter(({ incident_id }) => incident_id === from);
  const groupKey = moved?.normalised.groupKey ?? '';
  const result = await acceptOne([
    { ...firing({ fingerprint: 'third', groupKey }) },
    resolved({ fingerprint: moved?.fingerprint ?? '', groupKey }),
  ]);
  expect(result).toMatchObject({ accepted: 2, incidents: [into], opened: [] });
  expect(await events(into)).toMatchObject([{ change: 'fired' }, { change: 'fired' }, { change: 'resolved' }]);
});

test('alerts that wait for a merge to commit go where it leads', async () => {
  await accept([[firing()]], [[firing({ fingerprint: 'other', groupKey: 'other' })]]);
  const [from, into] = (await alerts()).map(({ incident_id }) => incident_id ?? '');
  const fingerprint = (await alerts())[0]?.fingerprint ?? '';
  let accepted: ReturnType<typeof acceptOne> | undefined;
  await store()
    .transaction()
    .execute(async (trx) => {
      await trx
        .updateTable('incidents')
        .set({ status: 'merged', merged_into: into ?? '' })
        .where('incident_id', '=', from ?? '')
        .execute();
      accepted = acceptOne([resolved({ fingerprint })]);
      await waitUntilBlocked();
    });
  expect(await accepted).toMatchObject({ accepted: 1, incidents: [into] });
  expect(await events(into)).toMatchObject([{ change: 'fired' }, { change: 'resolved' }]);
});

test('a batch that Postgres ends because of a deadlock is done again', async () => {
  await acceptOne([firing()]);
  let accepted: ReturnType<typeof acceptOne> | undefined;
  await store()
    .transaction()
    .execute(async (trx) => {
      // Whoever looks first is the victim.
      await sql`set local deadlock_timeout = '20s'`.execute(trx);
      await sql`select 1 from incidents where status = 'triage' for update`.execute(trx);
      accepted = acceptOne([resolved()]);
      await waitUntilBlocked();
      await sql`select pg_advisory_xact_lock(hashtextextended(${`firebreak.inbox.${source()}`}, 0))`.execute(trx);
    });
  expect(await accepted).toMatchObject({ accepted: 1 });
  expect(await incidents()).toMatchObject([{ firing_count: 0 }]);
});

test('an alert that comes by two receivers belongs to the incident of the first', async () => {
  const [first, second] = await accept([[firing({ groupKey: 'team-a' })]], [[firing({ groupKey: 'team-b' })]]);
  expect(second).toEqual({
    accepted: 0,
    duplicates: 1,
    withheld: 0,
    incidents: first?.incidents,
    changed: [],
    opened: [],
  });
  expect(await incidents()).toHaveLength(1);
});

test('what a storm tells an incident stays small, whatever its alerts hold', async () => {
  const entities = Array.from({ length: 50 }, (_, index) => ({ kind: 'host' as const, value: `${index}`.repeat(150) }));
  const {
    incidents: [id = ''],
  } = await acceptOne([firing({ title: '\u{1f525}'.repeat(150), entities })]);
  const { rows } = await sql<{
    bytes: number;
  }>`select octet_length(note::text) as bytes from alert_events where incident_id = ${id}`.execute(store());
  expect(rows[0]?.bytes).toBeLessThan(1_000);
});

async function waitUntilBlocked(): Promise<void> {
  for (;;) {
    const { rows } =
      await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        store(),
      );
    if (rows.length > 0) return;
  }
}
