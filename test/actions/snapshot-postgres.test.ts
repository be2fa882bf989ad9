import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { restore } from '../../src/actions/restore.ts';
import { runAction } from '../../src/actions/runner.ts';
import { snapshot } from '../../src/actions/snapshot.ts';
import { snapshotId } from '../../src/actions/snapshots/snapshot-store.ts';
import { parseTargets, type Targets } from '../../src/actions/targets.ts';
import { readBack, undoAction } from '../../src/actions/undo.ts';
import { armSite } from '../../src/fault-sites.ts';
import { adminUrl, startedPort } from '../support/postgres-server.ts';
import { type MemoryJournal, memoryJournal } from './memory-journal.ts';
import { runOptions } from './options.ts';

let folder: string;
let port: number;
let targets: Targets;
let journal: MemoryJournal;
let app: Pool;
let round = 0;
let database: string;

/** No superuser: what snapshots need is to own the database, and to be allowed to create others. */
const role = `snapshots_${process.pid}`;
const urlOf = (name: string) => `postgres://${role}@127.0.0.1:${port}/${name}`;

async function sql<Row extends object>(name: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: urlOf(name) });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-orders-'));
  port = await startedPort(inject('postgresDir'));
  await asAdmin(`create role ${role} login createdb`);
});
afterAll(async () => {
  const left = await sql<{ name: string }>(
    'postgres',
    `select datname as name from pg_database where pg_get_userbyid(datdba) = '${role}'`,
  );
  for (const { name } of left) await asAdmin(`drop database "${name}" with (force)`);
  await asAdmin(`drop role ${role}`);
  await rm(folder, { recursive: true });
});

async function asAdmin(text: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl(port, 'postgres') });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

beforeEach(async () => {
  database = `orders${process.pid}x${round++}`;
  await sql('postgres', `create database ${database}`);
  await sql(
    database,
    `create table customer (id serial primary key, name text not null unique);
     create table purchase (id bigserial primary key, customer int references customer, at timestamptz, amount numeric(12,2), note jsonb);
     insert into customer (name) select 'customer ' || n from generate_series(1, 200) n;
     insert into purchase (customer, at, amount, note) select 1 + n % 200, '2026-01-01'::timestamptz + n * interval '1 hour', n / 7.0, jsonb_build_object('n', n) from generate_series(1, 2000) n;
     create view spent as select customer, sum(amount) from purchase group by customer;
     alter database ${database} set work_mem = '8MB'; alter database ${database} set search_path = "$user", public;
     revoke connect on database ${database} from public`,
  );
  await writeFile(join(folder, 'orders.url'), `${urlOf(database)}\n`);
  targets = parseTargets(`snapshots: { orders: { kind: postgres, urlFile: ${folder}/orders.url } }`, 'targets.yaml');
  journal = memoryJournal();
  app = new Pool({ connectionString: urlOf(database), max: 3 });
  app.on('error', () => {});
});
afterEach(async () => {
  armSite(undefined);
  await app.end();
});

const live = (key: string) => runOptions({ key, targets, journal });
const target = { target: 'orders' };
/** An independent witness of rows, sequences, definitions and settings. */
const witness = async () => {
  const [content] = await sql<object>(
    database,
    `select (select md5(string_agg(c::text, ';' order by c.id)) from customer c) customers,
            (select md5(string_agg(p::text, ';' order by p.id)) from purchase p) purchases,
            (select last_value from purchase_id_seq) next, (select count(*) from spent) spent,
            current_setting('work_mem') work_mem, current_setting('search_path') search_path,
            (select array_agg(one::text order by one::text) from pg_database, unnest(datacl) one where datname = current_database()) grants,
            (select pg_get_userbyid(datdba) from pg_database where datname = current_database()) owner`,
  );
  return content;
};
const copies = async () =>
  (
    await sql<{ datname: string }>(
      'postgres',
      `select datname from pg_database where datname like '${database}\\_f%' order by 1`,
    )
  ).length;

async function taken(key = 'i0/snapshot'): Promise<string> {
  expect(await runAction(snapshot, target, live(key))).toEqual(expect.objectContaining({ state: 'applied' }));
  return snapshotId(key);
}
const encrypt = () =>
  sql(
    database,
    `drop view spent; drop table purchase; update customer set name = md5(name); create table ransom (note text)`,
  );

describe('snapshot and restore of a Postgres database', () => {
  it('brings a ruined database back, equal to the row, and undo brings the ruined one back', async () => {
    const before = await witness();
    const id = await taken();
    await encrypt();
    const outcome = await runAction(restore, { ...target, snapshot: id }, live('i1/restore'));
    expect(outcome).toMatchObject({ state: 'applied', evidence: { content: '2 tables, 2200 rows' } });
    expect(await witness()).toEqual(before);
    expect(await undoAction(restore, { ...target, snapshot: id }, live('i1/restore'))).toMatchObject({
      state: 'undone',
    });
    expect(await sql(database, 'select count(*)::int as notes from ransom')).toEqual([{ notes: 0 }]);
  });

  it('brings back a database that was dropped', async () => {
    const before = await witness();
    const id = await taken();
    await app.end();
    await sql('postgres', `drop database ${database} with (force)`);
    app = new Pool({ connectionString: urlOf(database) });
    const outcome = await runAction(restore, { ...target, snapshot: id }, live('i1/restore'));
    expect(outcome).toMatchObject({ state: 'applied', evidence: { before: null } });
    expect(await witness()).toEqual(before);
    expect(await undoAction(restore, { ...target, snapshot: id }, live('i1/restore'))).toMatchObject({
      state: 'failed',
      failure: { code: 'nothing_before' },
    });
  });

  it('works while programs keep connecting, and they go on when it is done', async () => {
    let rowsRead = 0;
    const reading = setInterval(() => {
      app.query('select * from customer limit 10').then(
        ({ rows }) => {
          rowsRead += rows.length;
        },
        // Thrown out while the database is copied or swapped.
        () => {},
      );
    }, 5);
    try {
      const id = await taken();
      const outcome = await runAction(restore, { ...target, snapshot: id }, live('i1/restore'));
      expect(outcome).toMatchObject({ state: 'applied' });
      const readSoFar = rowsRead;
      await expect.poll(() => rowsRead, { timeout: 5_000 }).toBeGreaterThan(readSoFar);
    } finally {
      clearInterval(reading);
    }
  });

  it.each(['action.after-intent', 'action.after-apply'] as const)(
    'takes and restores once through a crash at %s',
    async (site) => {
      const before = await witness();
      const crash = () =>
        armSite((passing) => {
          if (passing !== site) return;
          armSite(undefined);
          throw new Error('crash');
        });
      crash();
      await expect(runAction(snapshot, target, live('i0/snapshot'))).rejects.toThrow('crash');
      const id = await taken();
      await encrypt();
      crash();
      await expect(runAction(restore, { ...target, snapshot: id }, live('i1/restore'))).rejects.toThrow('crash');
      expect(await runAction(restore, { ...target, snapshot: id }, live('i1/restore'))).toMatchObject({
        state: 'applied',
        evidence: { before: snapshotId('i1/restore/before') },
      });
      expect(await witness()).toEqual(before);
      expect(await copies()).toBe(2);
    },
  );

  it('replaces a copy that an attempt which died left half done', async () => {
    const name = `${database}_fb_${snapshotId('i0/snapshot')}`;
    await sql('postgres', `create database ${name}`);
    await taken();
    expect(await sql('postgres', `select datallowconn from pg_database where datname = '${name}'`)).toEqual([
      { datallowconn: false },
    ]);
  });

  it('does not rely on a snapshot that somebody opened and changed', async () => {
    const id = await taken();
    const name = `${database}_fb_${id}`;
    expect(await readBack(snapshot, live('i0/snapshot'))).toMatchObject({ state: 'applied' });
    await sql('postgres', `alter database ${name} allow_connections true`);
    await sql(name, 'delete from purchase where id = 7');
    expect(await readBack(snapshot, live('i0/snapshot'))).toMatchObject({ state: 'absent' });
    await sql('postgres', `alter database ${name} allow_connections false`);
    const outcome = await runAction(restore, { ...target, snapshot: id }, live('i1/restore'));
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'snapshot_damaged' } });
    expect(await copies()).toBe(1);
  });

  it('fails, naming it, when the database is missing or its URL cannot be read', async () => {
    await writeFile(join(folder, 'orders.url'), urlOf('nothing'));
    expect(await runAction(snapshot, target, live('i1/snapshot'))).toMatchObject({
      failure: { code: 'database_missing' },
    });
    await rm(join(folder, 'orders.url'));
    expect(await runAction(snapshot, target, live('i2/snapshot'))).toMatchObject({
      failure: { code: 'secret_missing' },
    });
  });
});
