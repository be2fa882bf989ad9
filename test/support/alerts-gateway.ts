// The part of the gateway that takes alerts, on a free port, over a real database.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { type InboxWriterOptions, startInboxWriter } from '../../src/gateway/alerts/inbox-writer.ts';
import { type AlertsDeps, alertsRouter } from '../../src/gateway/alerts/router.ts';
import { errorHandler } from '../../src/gateway/errors.ts';
import { sources } from '../../src/sources/index.ts';
import type { Source } from '../../src/sources/source.ts';
import type { Store } from '../../src/store/database.ts';
import { type FreshDatabase, freshDatabase } from './postgres.ts';
import { messageOf, testWorld } from './source-requests.ts';

export interface AlertsGateway {
  url: string;
  credentialOf(source: string): string;
  /** Posts a body, sealed and signed with the source's own credential unless headers are given. */
  post(source: Source, body: string | Uint8Array, headers?: Record<string, string>, path?: string): Promise<Answer>;
  /** Incidents that were handed on after a commit, in order. */
  handedOn: string[];
  /** All that was logged. */
  logged(): string;
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever was answered
  body: any;
}

/** One over a database of its own for all tests of a file; there once they begin. */
export function useAlertsGateway(): { readonly db: FreshDatabase; readonly gateway: AlertsGateway } {
  let started: { db: FreshDatabase; gateway: AlertsGateway };
  beforeAll(async () => {
    const db = await freshDatabase();
    started = { db, gateway: await startAlertsGateway(db.store) };
  });
  afterAll(async () => {
    await started.gateway.close();
    await started.db.close();
  });
  return {
    get db() {
      return started.db;
    },
    get gateway() {
      return started.gateway;
    },
  };
}

const pathOf = ({ name, samplePath }: Source): string => `/alerts/${name}${samplePath ? `/${samplePath}` : ''}`;

export async function startAlertsGateway(
  store: Store,
  { deps = {}, inbox = {} }: { deps?: Partial<AlertsDeps>; inbox?: Partial<InboxWriterOptions> } = {},
): Promise<AlertsGateway> {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const credentials = new Map([...sources.values()].map((source) => [source.name, [source.newCredential()]]));
  const handedOn: string[] = [];
  const writer = startInboxWriter({ store, log, onCommitted: (ids) => handedOn.push(...ids), ...inbox });
  const router = alertsRouter({
    ...{ sources, credentials, inbox: writer, store, publicUrl: 'https://firebreak.example', log },
    ...{ settings: () => testWorld.settings, fetch: testWorld.fetch },
    ...deps,
  });
  const app = express().use(router).use(errorHandler(log));
  const server = createServer({ keepAliveTimeout: 65_000 }, app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentialOf = (source: string): string => credentials.get(source)?.[0] ?? '';
  return {
    url,
    credentialOf,
    handedOn,
    logged: () => lines.join(''),
    post: async (source, body, headers, path) => {
      const signed = headers
        ? { body, headers }
        : messageOf(source, String(body), credentialOf(source.name), Date.now());
      const response = await fetch(`${url}${path ?? pathOf(source)}`, { method: 'POST', ...signed });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await writer.close();
    },
  };
}
