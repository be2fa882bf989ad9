// A listening gateway over a real database for tests, with keys of each role. What other parts will do is done by small
// functions that really write their result.

import { Router } from 'express';
import { pino } from 'pino';
import { decisionSigner, newDecisionKeys } from '../../../src/approvals/keys.ts';
import { problem } from '../../../src/contract/api/problem.ts';
import type { Role } from '../../../src/core/roles.ts';
import { roles } from '../../../src/core/roles.ts';
import { routes } from '../../../src/gateway/api/routes/index.ts';
import { hashOf, keyIdOf, newKeyText } from '../../../src/gateway/auth/keys.ts';
import type { GatewayDeps } from '../../../src/gateway/deps.ts';
import { createMetrics } from '../../../src/gateway/metrics.ts';
import { startGateway } from '../../../src/gateway/server.ts';
import { loadPlan } from '../../../src/plan/load.ts';
import { insertApiKey } from '../../../src/store/api-keys.ts';
import { finishCommand, readCommand } from '../../../src/store/commands.ts';
import type { Store } from '../../../src/store/database.ts';
import { freshDatabase } from '../../support/postgres.ts';

export interface TestGateway {
  url: string;
  store: Store;
  databaseUrl: string;
  keys: Record<Role, string>;
  deps: GatewayDeps;
  /** Everything that was logged, a JSON line each. */
  logged: string[];
  decisionKeys: ReturnType<typeof newDecisionKeys>;
  call(path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

interface CallOptions {
  method?: string;
  /** A role's key, or the text of any key; null for none. */
  key?: Role | string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of every shape.
  json: any;
}

const loaded = await loadPlan(new URL('../../../response-plan', import.meta.url).pathname);
const { digest } = loaded;
/** Nothing changes it. */
const shippedPlan: GatewayDeps['plan'] = {
  current: () => loaded,
  holder: () => ({
    process: 'gateway@test',
    digest,
    loadedAt: '2026-11-24T07:00:00.000Z',
    loadedBy: 'firebreak',
    refused: null,
  }),
  reload: async () => ({ outcome: 'unchanged', digest }),
};

const publicUrl = 'http://firebreak.test';

/** Over a database of its own with keys, unless a store is given. */
export async function startTestGateway(change: Partial<GatewayDeps> = {}): Promise<TestGateway> {
  const database = change.store ? undefined : await freshDatabase();
  const { store, url: databaseUrl } = database ?? { store: change.store as Store, url: change.databaseUrl ?? '' };
  const logged: string[] = [];
  const decisionKeys = newDecisionKeys();
  const deps: GatewayDeps = {
    store,
    databaseUrl,
    publicUrl,
    temporalUi: { url: 'http://temporal.test', namespace: 'default' },
    consoleDir: '/nonexistent',
    decisionKey: decisionSigner(decisionKeys.privateKey),
    alerts: Router(),
    deliver: (commandId) => deliverAtOnce(store, commandId),
    planAction: async () => ({
      ok: false,
      because: 'refused',
      code: 'no_actions',
      reason: 'There are no actions here',
    }),
    plan: shippedPlan,
    sources: async () => [],
    auditPublicKey: async () => null,
    readiness: async () => ({ ready: true, checks: { postgres: { ok: true, detail: 'answers' } } }),
    metrics: createMetrics(store),
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    now: () => new Date(),
    ...change,
  };
  const gateway = await startGateway(deps, { port: 0, bind: '127.0.0.1' });
  const keys = database ? await makeKeys(store) : { viewer: '', responder: '', admin: '' };
  return {
    url: gateway.url,
    store,
    databaseUrl,
    keys,
    deps,
    logged,
    decisionKeys,
    call: (path, options) => call(gateway.url, keys, path, options),
    close: async () => {
      await gateway.close();
      await database?.close();
    },
  };
}

/** As the dispatcher does when the workflow takes the command at once. */
export async function deliverAtOnce(store: Store, commandId: string) {
  await finishCommand(store, commandId, { status: 'done' }, new Date().toISOString());
  const command = await readCommand(store, commandId);
  if (!command) throw new Error(`There is no command ${commandId}`);
  return command;
}

/** As the dispatcher does when the workflow refuses it. */
export async function refuseAtOnce(store: Store, commandId: string) {
  const refusal = { status: 'refused', code: 'already_recovered', reason: 'It is resolved' } as const;
  await finishCommand(store, commandId, refusal, new Date().toISOString());
  return deliverAtOnce(store, commandId);
}

export async function makeKey(store: Store, name: string, role: Role): Promise<string> {
  const key = newKeyText();
  await store.transaction().execute((trx) =>
    insertApiKey(trx, {
      keyId: keyIdOf(key),
      name,
      role,
      secretHash: hashOf(key),
      createdBy: 'firebreak',
      at: new Date().toISOString(),
    }),
  );
  return key;
}

async function makeKeys(store: Store): Promise<Record<Role, string>> {
  const made = { viewer: '', responder: '', admin: '' };
  for (const role of roles) made[role] = await makeKey(store, `the-${role}`, role);
  return made;
}

async function call(
  url: string,
  keys: Record<Role, string>,
  path: string,
  { method = 'GET', key = 'admin', body, headers = {} }: CallOptions = {},
): Promise<Answer> {
  const text = key === null ? undefined : (keys[key as Role] ?? key);
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(text !== undefined && { authorization: `Bearer ${text}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const answered = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const json = /json/.test(type) && !/ndjson/.test(type) ? JSON.parse(answered) : undefined;
  if (json !== undefined) expectAsDescribed(method, path, response.status, json);
  return { status: response.status, headers: response.headers, text: answered, json };
}

/** Every JSON answer that a test gets is what the table of routes says. */
function expectAsDescribed(method: string, path: string, status: number, json: unknown): void {
  const pathname = path.split('?')[0] ?? '';
  const route = routes.find((each) => each.method === method.toLowerCase() && matches(each.path, pathname));
  const schema = route?.responses[status]?.schema ?? (status >= 400 ? problem : undefined);
  schema?.parse(json);
}

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`).test(path);
