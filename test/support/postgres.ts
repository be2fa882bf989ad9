// A real Postgres database of its own for each test file, migrated and empty.

import pg from 'pg';
import { inject } from 'vitest';
import { openDatabase, type Store } from '../../src/store/database.ts';
import { adminUrl, startedPort, templateDatabase } from './postgres-server.ts';

export interface FreshDatabase {
  url: string;
  store: Store;
  /** Closes the store and drops the database. */
  close(): Promise<void>;
}

let count = 0;

/** `migrated: false` gives an empty database instead, for tests of migrations. */
export async function freshDatabase({ migrated = true } = {}): Promise<FreshDatabase> {
  const port = await startedPort(inject('postgresDir'));
  count += 1;
  const name = `test_${process.pid}_${Date.now().toString(36)}_${count}`;
  await administer(
    port,
    `create database ${name} template ${migrated ? templateDatabase : 'template0'} strategy file_copy`,
  );
  const url = adminUrl(port, name);
  const store = openDatabase({ url });
  const close = async () => {
    await store.destroy();
    await administer(port, `drop database ${name} with (force)`);
  };
  return { url, store, close };
}

async function administer(port: number, statement: string): Promise<void> {
  const client = new pg.Client(adminUrl(port, 'postgres'));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
