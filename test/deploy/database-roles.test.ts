import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../../src/embedded/postgres.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { stopsAfterTest, temporaryDir } from '../embedded/support.ts';
import { repository } from './compose.ts';

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Does what psql does with `\set name` and `:'name'`, for there is no psql here. */
async function runScript(file: string, superuser: pg.Client, secretsDir: string): Promise<void> {
  const text = await readFile(new URL(`deploy/postgres/${file}`, repository), 'utf8');
  const settings = [...text.matchAll(/^\\set (\w+) `cat \/run\/secrets\/(\S+)`$/gm)];
  let sql = text.replace(/^\\set .*$/gm, '').replace(/^--.*$/gm, '');
  for (const [, name = '', secret = ''] of settings) {
    const value = await readFile(join(secretsDir, secret), 'utf8');
    sql = sql.replaceAll(`:'${name}'`, superuser.escapeLiteral(value));
  }
  expect(sql).not.toMatch(/[:\\]'?\w*password/);
  for (const statement of sql.split(';')) if (statement.trim() !== '') await superuser.query(statement);
}

async function freshServer(): Promise<{ superuser: pg.Client; urlOf: (role: string, database: string) => string }> {
  const server = stopsAfterTest(await startPostgres({ stateDir: await temporaryDir() }));
  const own = new URL(server.url);
  const urlOf = (role: string, database: string) => `postgres://${role}:${own.password}@${own.host}/${database}`;
  const superuser = await connect(urlOf('postgres', 'postgres'));
  // The image starts with nothing but the superuser.
  await superuser.query('drop database firebreak');
  await superuser.query('drop role firebreak');
  return { superuser, urlOf: (role, database) => urlOf(role, database).replace(`:${own.password}@`, `:${role}-pw@`) };
}

test('the owner migrates; the app reads and writes, and cannot change what the audit log says', async () => {
  const { superuser, urlOf } = await freshServer();
  const secretsDir = await temporaryDir();
  await writeFile(join(secretsDir, 'postgres-owner'), 'firebreak_owner-pw');
  await writeFile(join(secretsDir, 'postgres-app'), 'firebreak_app-pw');
  await runScript('firebreak-roles.sql', superuser, secretsDir);

  const owner = openDatabase({ url: urlOf('firebreak_owner', 'firebreak') });
  onTestFinished(() => owner.destroy());
  expect((await migrate(owner)).length).toBeGreaterThan(0);

  const app = await connect(urlOf('firebreak_app', 'firebreak'));
  expect((await app.query('select count(*) from incidents')).rows).toEqual([{ count: 0 }]);
  const refused = [
    "update audit_entries set kind = 'other'",
    'delete from audit_entries',
    'truncate audit_entries',
    'delete from audit_head',
    'delete from audit_checkpoints',
    'alter table audit_entries disable trigger all',
    'drop table audit_entries',
    'create table mine (id int)',
    'set session_replication_role = replica',
    'set role firebreak_owner',
  ];
  for (const statement of refused) {
    await expect(app.query(statement), statement).rejects.toMatchObject({ code: '42501' });
  }
});

test('the role of Temporal owns its two databases and reaches no other', async () => {
  const { superuser, urlOf } = await freshServer();
  const secretsDir = await temporaryDir();
  await writeFile(join(secretsDir, 'temporal-postgres'), 'temporal-pw');
  await runScript('temporal-roles.sql', superuser, secretsDir);
  for (const database of ['temporal', 'temporal_visibility']) {
    // The visibility schema needs the extension.
    await (await connect(urlOf('temporal', database))).query('create extension btree_gin; create table t (id int)');
  }
  await superuser.query('create database other');
  await superuser.query('revoke all on database other from public');
  await expect(connect(urlOf('temporal', 'other'))).rejects.toThrow('permission denied');
});
