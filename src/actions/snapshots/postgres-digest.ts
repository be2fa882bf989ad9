// One digest over everything in a Postgres database that a restore must bring back: definitions, every row of every
// table, and the sequences. Reads only.

import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { Work } from './snapshot-store.ts';

export interface DatabaseDigest {
  /** SHA-256 of the definitions and of each table's own digest. */
  digest: string;
  tables: number;
  rows: bigint;
}

/** A row's text depends on these. */
const settings = `
  set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set bytea_output = 'hex';
  set extra_float_digits = 1; set search_path = pg_catalog; set row_security = off; set statement_timeout = 0`;

const ours = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

/** Each gives one text column; all of them together say how the database is made. */
const definitions = [
  `select format('schema %I %s', n.nspname, n.nspacl) from pg_namespace n where ${ours}`,
  `select format('extension %I %s', extname, extversion) from pg_extension`,
  `select format('relation %I.%I %s %s %s', n.nspname, c.relname, c.relkind, c.relacl, c.reloptions)
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${ours}`,
  `select format('column %I.%I.%I %s %s %s %s', n.nspname, c.relname, a.attname, a.attnum,
                 format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where ${ours} and a.attnum > 0 and not a.attisdropped`,
  `select format('constraint %I %s %s', conname, conrelid::regclass, pg_get_constraintdef(k.oid))
     from pg_constraint k join pg_namespace n on n.oid = k.connamespace where ${ours}`,
  `select pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid
     join pg_namespace n on n.oid = c.relnamespace where ${ours}`,
  `select format('view %I.%I %s', n.nspname, c.relname, pg_get_viewdef(c.oid)) from pg_class c
     join pg_namespace n on n.oid = c.relnamespace where ${ours} and c.relkind in ('v', 'm')`,
  `select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where ${ours} and p.prokind in ('f', 'p')`,
  `select pg_get_triggerdef(t.oid) from pg_trigger t where not t.tgisinternal`,
  `select format('policy %I %s %s %s', polname, polrelid::regclass, pg_get_expr(polqual, polrelid),
                 pg_get_expr(polwithcheck, polrelid)) from pg_policy`,
  `select format('sequence %I.%I %s %s', schemaname, sequencename, last_value, increment_by) from pg_sequences`,
];

const tables = `
  select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where ${ours} and c.relkind in ('r', 'm') and c.relpersistence <> 't'
   order by n.nspname, c.relname`;

/** Does not depend on the order of rows: the sums of both halves of each row's MD5. */
const rowsOf = (table: string) => `
  select count(*) as rows, coalesce(sum(('x' || left(hash, 16))::bit(64)::bigint::numeric), 0) as low,
         coalesce(sum(('x' || right(hash, 16))::bit(64)::bigint::numeric), 0) as high
    from (select md5(row_of_table::text) as hash from only ${table} as row_of_table) as hashes`;

/** @param client connected to the database */
export async function digestDatabase(client: Client, work: Work): Promise<DatabaseDigest> {
  await client.query(settings);
  await client.query('begin isolation level repeatable read read only');
  const hash = createHash('sha256');
  for (const definition of definitions) {
    const { rows } = await client.query<[string]>({ text: definition, rowMode: 'array' });
    hash.update(`${JSON.stringify(rows.map(([text]) => text).toSorted())}\n`);
  }
  const listed = await client.query<{ name: string }>(tables);
  let total = 0n;
  for (const { name } of listed.rows) {
    work.signal.throwIfAborted();
    work.progress(`reading table ${name}`);
    const { rows } = await client.query<{ rows: string; low: string; high: string }>(rowsOf(name));
    const [sums] = rows;
    if (sums === undefined) throw new Error(`Counting ${name} gave no row`);
    hash.update(`${JSON.stringify([name, sums.rows, sums.low, sums.high])}\n`);
    total += BigInt(sums.rows);
  }
  await client.query('commit');
  return { digest: hash.digest('hex'), tables: listed.rows.length, rows: total };
}
