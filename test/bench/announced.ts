// From an alert to what the database announces, taking turns with a floor: both ends are heard of in the same way.

import { sql } from 'kysely';
import pg from 'pg';
import type { Bench } from './bench.ts';
import { openConnection, requestBuilder } from './connection.ts';
import { type Alerts, webhookBody } from './payloads.ts';

interface Timed {
  kind: Alerts['kind'];
  samples: number;
  /** Makes the database announce the end on the channel `bench_<kind>`. */
  announce: string;
  /** How long the same takes without Firebreak, in ms. */
  floor(): Promise<number>;
  progress?(done: number): void;
}

/** In ms, one for each sample. */
export async function timedByAnnouncement(bench: Bench, timed: Timed): Promise<{ ours: number[]; theirs: number[] }> {
  const { main } = bench.world;
  await sql.raw(timed.announce).execute(main.store);
  const listener = new pg.Client(main.databaseUrl);
  await listener.connect();
  await listener.query(`listen bench_${timed.kind}`);
  const url = `${main.url}/alerts/alertmanager`;
  const body = webhookBody({ kind: timed.kind, count: 1, row: timed.kind });
  const requestOf = requestBuilder({ url, headers: main.alertHeaders, body });
  const connection = await openConnection(new URL(url));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let n = 0; n < timed.samples; n += 1) {
    timed.progress?.(n);
    const { promise: announced, resolve } = Promise.withResolvers<unknown>();
    listener.once('notification', resolve);
    const startedAt = performance.now();
    await connection.ask(requestOf(n, n));
    await announced;
    ours.push(performance.now() - startedAt);
    theirs.push(await timed.floor());
  }
  connection.close();
  await listener.end();
  return { ours, theirs };
}
