// A playbook of ten steps beside the same ten acts in a workflow that is written by hand: what the interpreter costs.

import { sql } from 'kysely';
import pg from 'pg';
import type { Bench } from '../bench.ts';
import { openConnection, requestBuilder } from '../connection.ts';
import { mostEvents } from '../histories.ts';
import { webhookBody } from '../payloads.ts';
import type { Row } from '../report.ts';
import { median } from '../statistics.ts';
import { completeOne } from './events.ts';

const beside = 'bare, the same 10 acts';

export async function playbookRows(bench: Bench): Promise<Row[]> {
  const samples = bench.isQuick ? 5 : 25;
  bench.progress('a playbook of ten steps');
  const { main, sdk } = bench.world;
  await sql.raw(announceLast).execute(main.store);
  const listener = new pg.Client(main.databaseUrl);
  await listener.connect();
  await listener.query('listen bench_ten');
  const url = `${main.url}/alerts/alertmanager`;
  const body = webhookBody({ kind: 'ten', count: 1, row: 'ten' });
  const requestOf = requestBuilder({ url, headers: main.alertHeaders, body });
  const connection = await openConnection(new URL(url));
  const ours: number[] = [];
  const theirs: number[] = [];
  let floorEvents = 0;
  for (let n = 0; n < samples; n += 1) {
    const { promise: announced, resolve } = Promise.withResolvers<unknown>();
    listener.once('notification', resolve);
    const startedAt = performance.now();
    await connection.ask(requestOf(n, n));
    await announced;
    ours.push(performance.now() - startedAt);
    const bare = await sdk.call('timeTenActivities', null);
    theirs.push(bare.ms);
    floorEvents = bare.events;
  }
  connection.close();
  await listener.end();
  const events = mostEvents(await completeOne(bench.world, 'ten'));
  const row = { beside, goal: null };
  return [
    {
      ...row,
      name: 'events of an incident with a ten-step playbook',
      unit: 'events',
      value: events,
      floor: floorEvents,
    },
    {
      ...row,
      name: 'alert to the end of a ten-step playbook, p50',
      unit: 'ms',
      value: median(ours),
      floor: median(theirs),
    },
  ];
}

const announceLast = `
  create function announce_tenth() returns trigger language plpgsql as $$
  begin
    if new.key like '%/s10' then perform pg_notify('bench_ten', new.key); end if;
    return null;
  end $$;
  create trigger bench_announce_tenth after update of outcome on effects for each row execute function announce_tenth();
`;
