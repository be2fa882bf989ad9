// Runs the scripts that the Postgres images run on their first start, on an embedded Postgres.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { startPostgres } from '../../src/embedded/postgres.ts';
import { stopsAfterTest, temporaryDir } from '../embedded/support.ts';
import { repository } from './compose.ts';

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

export interface FreshServer {
  /** host:port */
  address: string;
  superuser: pg.Client;
  /** Runs a file of deploy/postgres with the secrets of `secretsDir`. */
  runScript(file: string, secretsDir: string): Promise<void>;
}

/** A server as the image starts it: with nothing but the superuser. */
export async function freshServer(): Promise<FreshServer> {
  const server = stopsAfterTest(await startPostgres({ stateDir: await temporaryDir() }));
  const { password, host } = new URL(server.url);
  const superuser = await connect(`postgres://postgres:${password}@${host}/postgres`);
  await superuser.query('drop database firebreak');
  await superuser.query('drop role firebreak');
  return { address: host, superuser, runScript: (file, secretsDir) => runScript(file, superuser, secretsDir) };
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
  expect(sql, 'every variable is set').not.toMatch(/:'|\\/);
  for (const statement of sql.split(';')) if (statement.trim() !== '') await superuser.query(statement);
}
