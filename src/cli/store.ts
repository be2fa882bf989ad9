// The database itself, for commands that must work while Firebreak does not run: that of DATABASE_URL, else the embedded
// one of the state folder, which is started for as long as it is needed where it does not run.

import type { Config } from '../config.ts';
import { startPostgres } from '../embedded/postgres.ts';
import { findRunningPostgres } from '../embedded/running-postgres.ts';
import { isUnavailable, openDatabase, type Store } from '../store/database.ts';
import { CliError } from './errors.ts';

/** @throws CliError `database_unavailable`; EmbeddedError where the embedded one does not start */
export async function withStore<T>({ database, dir }: Config, use: (store: Store) => Promise<T>): Promise<T> {
  if (database.url !== undefined) return await withStoreAt(database.url, use);
  const running = await findRunningPostgres(dir);
  if (running !== undefined) return await withStoreAt(running, use);
  const postgres = await startPostgres({ stateDir: dir, port: database.port });
  try {
    return await withStoreAt(postgres.url, use);
  } finally {
    await postgres.stop();
  }
}

async function withStoreAt<T>(url: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = openDatabase({ url, max: 2 });
  try {
    return await use(store);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(
      'database_unavailable',
      `Postgres cannot be reached (${code ?? message}): start it, or check DATABASE_URL`,
      { cause: error },
    );
  } finally {
    await store.destroy();
  }
}
