// Brings the schema up to date. Safe when several processes do it at once: Kysely's migrator takes a lock.

import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Store } from './database.ts';

const folder = new URL('./migrations/', import.meta.url);

/** One SQL file each, applied in the order of their names and never edited once released. */
async function migrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const entries = names.map(async (name): Promise<[string, Migration]> => {
    const text = await readFile(new URL(name, folder), 'utf8');
    return [name.replace(/\.sql$/, ''), { up: async (db) => void (await sql.raw(text).execute(db)) }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Names of the migrations that were applied now. Throws what Postgres said about the one that failed. */
export async function migrate(store: Store): Promise<string[]> {
  const migrator = new Migrator({ db: store, provider: { getMigrations: migrations } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) throw error;
  return results.map((result) => result.migrationName);
}
