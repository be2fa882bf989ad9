import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { containmentWorkflowId, incidentWorkflowId } from '../../../src/contract/names.ts';
import { findTemporalCli } from '../../../src/embedded/temporal-binary.ts';
import { startTemporal } from '../../../src/embedded/temporal-server.ts';
import { type Dispatcher, startDispatcher } from '../../../src/gateway/dispatch/dispatcher.ts';
import { readCommand, requestCommand } from '../../../src/store/commands.ts';
import { acceptAlerts } from '../../../src/store/inbox.ts';
import { alertLike, requestOf } from '../../support/alerts.ts';
import { fixedPort } from '../../support/fixed-port.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';

let db: FreshDatabase;
let dir: string;
let executable: string;
beforeAll(async () => {
  db = await freshDatabase();
  dir = await mkdtemp(join(tmpdir(), 'firebreak-dispatch-'));
  executable = await findTemporalCli({ searchPath: process.env.PATH });
});
afterAll(async () => {
  await db.close();
  await rm(dir, { recursive: true });
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function accepted(groupKey: string): Promise<string> {
  const [result] = await acceptAlerts(db.store, [requestOf([alertLike({ groupKey, fingerprint: groupKey })])]);
  return result?.opened[0] ?? '';
}

function dispatcherOn(port: number): { dispatcher: Dispatcher; client: Client } {
  const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
  const client = new Client({ connection });
  const logger = pino({ level: 'silent' });
  const dispatcher = startDispatcher({ store: db.store, client, eager: false, logger, relayEveryMs: 50 });
  closing.push(
    () => connection.close(),
    () => dispatcher.stop(),
  );
  return { dispatcher, client };
}

async function temporalOn(port: number): Promise<void> {
  const server = await startTemporal({ executable, stateDir: dir, port, survives: 'process-crash' });
  closing.unshift(() => server.stop());
}

const isDelivered = async (incidentId: string) => {
  const { rows } = await sql<{ told: boolean }>`
    select delivered_through = last_position as told from incidents where incident_id = ${incidentId}`.execute(
    db.store,
  );
  return rows[0]?.told === true;
};

test('alerts and commands that waited for Temporal go out as soon as it is back, however long they had to wait so far', async () => {
  const port = await fixedPort();
  const incidentId = await accepted('waiting');
  const at = new Date().toISOString();
  const payload = { type: 'lift', commandId: 'c1', actor: 'key:ana', reason: '' } as const;
  const command = { commandId: 'c1', incidentId, workflowId: containmentWorkflowId('nobody-knows'), payload };
  await requestCommand(db.store, { ...command, actor: 'key:ana', actorRole: 'responder', at }, { type: 'lift' });
  // As after minutes without it.
  await db.store.updateTable('incidents').set({ dispatch_attempts: 12, dispatch_after: '-infinity' }).execute();
  await db.store
    .updateTable('commands')
    .set({ next_attempt_at: new Date(Date.now() + 60_000) })
    .execute();
  const { client } = dispatcherOn(port);
  await until('the alerts to be put off for long', async () => {
    const row = await db.store.selectFrom('incidents').select('dispatch_after').executeTakeFirstOrThrow();
    return row.dispatch_after.getTime() > Date.now() + 20_000;
  });
  await temporalOn(port);
  await until('the alerts to be told', () => isDelivered(incidentId), { withinMs: 8_000 });
  expect((await client.workflow.getHandle(incidentWorkflowId(incidentId)).describe()).status.name).toBe('RUNNING');
  await until('the command to be answered', async () => (await readCommand(db.store, 'c1'))?.status === 'refused', {
    withinMs: 8_000,
  });
});

test('what a gateway had leased when it died is taken up at once by its next life', async () => {
  const port = await fixedPort();
  await temporalOn(port);
  const incidentId = await accepted('leased');
  const inAMinute = new Date(Date.now() + 60_000);
  await db.store
    .updateTable('incidents')
    .set({ dispatch_after: inAMinute })
    .where('incident_id', '=', incidentId)
    .execute();
  dispatcherOn(port);
  await until('the alerts to be told', () => isDelivered(incidentId), { withinMs: 5_000 });
});
