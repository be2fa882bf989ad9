// Which server a command talks to and with which key: FIREBREAK_URL and FIREBREAK_API_KEY, by default the local one.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { CliError } from './errors.ts';

const serverRecord = z.object({
  url: z.url(),
  apiUrl: z.url(),
  temporalUiUrl: z.url().nullable(),
  pid: z.number().int(),
  startedAt: z.string(),
});
export type ServerRecord = z.infer<typeof serverRecord>;

export interface Server {
  /** Without a slash at the end. */
  url: string;
  key: string;
  /** For people: where the url is from, and where the key is. */
  urlFrom: string;
  keyFrom: string;
}

export const serverRecordPath = (dir: string): string => join(dir, 'server.json');
export const adminKeyPath = (dir: string): string => join(dir, 'secrets', 'admin-key');

export const howToStart = 'start it with: npx firebreak up';

/** @throws CliError `not_running`, `key_missing` */
export async function findServer(config: Config): Promise<Server> {
  const { url, urlFrom, isLocal } = await findUrl(config);
  if (config.client.apiKey) return { url, urlFrom, key: config.client.apiKey, keyFrom: 'FIREBREAK_API_KEY' };
  // The local administrator's key never leaves this machine.
  if (!isLocal) {
    throw new CliError('key_missing', `FIREBREAK_API_KEY is not set: ${url} needs the API key of a person or program`, {
      usage: true,
    });
  }
  const path = adminKeyPath(config.dir);
  const key = config.adminKey ?? (await readText(path))?.trim();
  if (key) return { url, urlFrom, key, keyFrom: config.adminKey ? 'FIREBREAK_ADMIN_KEY' : path };
  throw new CliError('key_missing', `There is no API key: neither FIREBREAK_API_KEY is set nor is there a ${path}`, {
    usage: true,
  });
}

async function findUrl(config: Config): Promise<{ url: string; urlFrom: string; isLocal: boolean }> {
  const given = config.client.url;
  if (given) return { url: given, urlFrom: 'FIREBREAK_URL', isLocal: isLoopback(given) };
  const record = await readServerRecord(config.dir);
  if (record) return { url: record.url.replace(/\/$/, ''), urlFrom: serverRecordPath(config.dir), isLocal: true };
  // A gateway that runs by itself, as in a container, has no record of `up` beside it.
  if (config.client.apiKey) return { url: `http://localhost:${config.port}`, urlFrom: 'PORT', isLocal: true };
  throw new CliError('not_running', `Firebreak is not running (no ${serverRecordPath(config.dir)}): ${howToStart}`);
}

/** What `up` wrote down about itself; undefined when it does not run. */
export async function readServerRecord(dir: string): Promise<ServerRecord | undefined> {
  const text = await readText(serverRecordPath(dir));
  if (text === undefined) return undefined;
  try {
    return serverRecord.parse(JSON.parse(text));
  } catch {
    throw new CliError('state_unreadable', `${serverRecordPath(dir)} is damaged: remove it and start Firebreak again`);
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
