// A transaction that waits for as few answers as it can: a statement goes out at once, behind those that were sent before
// it, and Postgres answers them in order. Each answer that is waited for costs a turn of a busy event loop and of
// Postgres, while rows are locked.

import type { CompiledQuery } from 'kysely';
import { poolOf, type Store } from './database.ts';

interface Query<Row> {
  compile(store: Store): CompiledQuery<Row>;
}

/** Sends a statement; its rows. When one fails, so do those behind it, and nothing is committed. */
export type Send = <Row>(query: Query<Row> | ((store: Store) => Query<Row>)) => Promise<Row[]>;

/** What `work` sent and did not wait for counts too: this resolves once all of it is committed. */
export async function inPipelinedTransaction<Result>(
  store: Store,
  work: (send: Send) => Promise<Result>,
): Promise<Result> {
  const client = await poolOf(store).connect();
  const answers: Promise<unknown>[] = [];
  const post = <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
    const rows = client.query(text, [...values]).then((result) => result.rows as Row[]);
    // Heard below; until then it is no unhandled rejection.
    rows.catch(() => {});
    answers.push(rows);
    return rows;
  };
  const send: Send = (query) => {
    const { sql, parameters } = (typeof query === 'function' ? query(store) : query).compile(store);
    return post(sql, parameters);
  };
  let lost: Error | undefined;
  try {
    post('begin');
    const result = await work(send);
    post('commit');
    await Promise.all(answers);
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      lost = failure;
    });
    throw error;
  } finally {
    client.release(lost);
  }
}
