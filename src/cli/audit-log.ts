// Where the audit log is read from: the database itself, or the server that FIREBREAK_URL names.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { CliError } from './errors.ts';
import { howToStart } from './server.ts';

/** @throws CliError `not_running` where there is no log at all */
export function placeOfLog(config: Config): 'server' | 'database' {
  if (config.client.url) return 'server';
  if (config.database.url || existsSync(join(config.dir, 'postgres'))) return 'database';
  // As in a container, where the gateway has no state folder of its own.
  if (config.client.apiKey) return 'server';
  throw new CliError('not_running', `There is no audit log in ${config.dir}: ${howToStart}`);
}
