// Finds the embedded Postgres that another process runs, for commands that read beside it.

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describeProcess } from './processes.ts';
import { readRecord } from './run-record.ts';

/** Its URL as `startPostgres` gave it; undefined when it does not run. */
export async function findRunningPostgres(given: string): Promise<string | undefined> {
  const stateDir = resolve(given);
  const record = await readRecord(join(stateDir, 'postgres.run.json'));
  const port = record?.ports.postgres;
  if (record === undefined || port === undefined) return undefined;
  // The id alone proves nothing, for ids are reused.
  const found = await describeProcess(record.pid);
  if (!found?.command.includes(join(stateDir, 'postgres'))) return undefined;
  const password = (await readFile(join(stateDir, 'postgres.password'), 'utf8')).trim();
  return `postgres://firebreak:${password}@127.0.0.1:${port}/firebreak`;
}
