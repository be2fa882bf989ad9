// Tells what is wrong with the data from what is wrong with the database.

import { isUnavailable } from './database.ts';

/** SQLSTATE classes: data exception, integrity constraint violation, program limit exceeded. */
const dataClasses = /^(22|23|54)/;
const sqlState = /^[0-9A-Z]{5}$/;

/**
 * True when the same data would fail again, so that trying again is of no use: Postgres refused it, or our own code could
 * not handle it. False for everything that may pass: outages, collisions, a schema or rights that are not there yet.
 */
export function isRefusedData(error: unknown): boolean {
  const { code = '' } = (error ?? {}) as { code?: string };
  return sqlState.test(code) ? dataClasses.test(code) : !isUnavailable(error);
}
