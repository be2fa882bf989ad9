import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { temporaryDir } from '../embedded/support.ts';
import { connect, freshServer } from './database.ts';

test('the owner migrates; the app reads and writes, and cannot change what the audit log says', async () => {
  const { address, runScript } = await freshServer();
  const secretsDir = await temporaryDir();
  await writeFile(join(secretsDir, 'postgres-owner'), 'owner-password');
  await writeFile(join(secretsDir, 'postgres-app'), "it's the app");
  await runScript('firebreak-roles.sql', secretsDir);

  const owner = openDatabase({ url: `postgres://firebreak_owner:owner-password@${address}/firebreak` });
  onTestFinished(() => owner.destroy());
  expect((await migrate(owner)).length).toBeGreaterThan(0);

  const app = await connect(`postgres://firebreak_app:${encodeURIComponent("it's the app")}@${address}/firebreak`);
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
  const { address, superuser, runScript } = await freshServer();
  const secretsDir = await temporaryDir();
  await writeFile(join(secretsDir, 'temporal-postgres'), 'temporal-password');
  await runScript('temporal-roles.sql', secretsDir);
  const urlOf = (database: string) => `postgres://temporal:temporal-password@${address}/${database}`;
  for (const database of ['temporal', 'temporal_visibility']) {
    // The visibility schema needs the extension.
    await (await connect(urlOf(database))).query('create extension btree_gin; create table t (id int)');
  }
  await superuser.query('create database other');
  await superuser.query('revoke all on database other from public');
  await expect(connect(urlOf('other'))).rejects.toThrow('permission denied');
});
