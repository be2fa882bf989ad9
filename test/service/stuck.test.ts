import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { incidentWorkflowId, queues, workflowTypes } from '../../src/contract/names.ts';
import { findTemporalCli } from '../../src/embedded/temporal-binary.ts';
import { type EmbeddedTemporal, startTemporal } from '../../src/embedded/temporal-server.ts';
import { Restarts, stuckWorkflows } from '../../src/service/stuck.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { readIncident } from '../../src/store/incidents-read.ts';
import { recordStuck, type StuckWorkflow } from '../../src/store/stuck.ts';
import { alertLike, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const at = '2026-11-24T09:00:00.000Z';

describe('A workflow whose code throws', () => {
  let dir: string;
  let temporal: EmbeddedTemporal;
  let connection: Connection;
  let native: NativeConnection;
  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
    dir = await mkdtemp(join(tmpdir(), 'firebreak-stuck-'));
    const executable = await findTemporalCli({ searchPath: process.env.PATH });
    temporal = await startTemporal({ executable, stateDir: dir, survives: 'process-crash' });
    connection = await Connection.connect({ address: temporal.address });
    native = await NativeConnection.connect({ address: temporal.address });
  });
  afterAll(async () => {
    await connection.close();
    await native.close();
    await temporal.stop();
    await rm(dir, { recursive: true });
  });

  test('is found once Temporal has tried it a few times, and not any more when it is over', async () => {
    const client = new Client({ connection });
    const workflowsPath = new URL('support/broken-workflow.ts', import.meta.url).pathname;
    const worker = await Worker.create({ connection: native, taskQueue: queues.incident, workflowsPath });
    await worker.runUntil(async () => {
      const workflowId = incidentWorkflowId('broken');
      const handle = await client.workflow.start(workflowTypes.incident, { workflowId, taskQueue: queues.incident });
      expect(await stuckWorkflows(client)).toEqual([]);
      await until('Temporal to report it', async () => (await stuckWorkflows(client))?.length === 1, {
        withinMs: 180_000,
      });
      expect(await stuckWorkflows(client)).toEqual([
        { workflowId, problem: 'failing', cause: 'WorkflowTaskFailedCauseWorkflowWorkerUnhandledFailure' },
      ]);
      await handle.terminate();
      await until('it to be gone', async () => (await stuckWorkflows(client))?.length === 0);
    });
  }, 240_000);
});

describe('What stands still', () => {
  let db: FreshDatabase;
  let incidentId = '';
  beforeAll(async () => {
    db = await freshDatabase();
    const [result] = await acceptAlerts(db.store, [requestOf([alertLike({})])]);
    incidentId = result?.opened[0] ?? '';
  });
  afterAll(() => db.close());

  const stuckNow = async () => (await readIncident(db.store, incidentId))?.stuck;
  const failing = (): StuckWorkflow => ({
    ...{ workflowId: incidentWorkflowId(incidentId), problem: 'failing', cause: 'NonDeterminismError' },
  });

  test('is shown with its incident, is new once, keeps its beginning, and goes when it is over', async () => {
    expect(await recordStuck(db.store, [failing()], at)).toEqual([failing()]);
    const later = '2026-11-24T09:05:00.000Z';
    expect(await recordStuck(db.store, [failing()], later)).toEqual([]);
    expect(await recordStuck(db.store, [{ ...failing(), problem: 'timing_out', cause: 'Timeout' }], later)).toEqual([]);
    const { since = '', ...stuck } = (await stuckNow()) ?? {};
    expect({ ...stuck, since: new Date(since).toISOString() }).toEqual({
      ...{ problem: 'timing_out', cause: 'Timeout', since: at },
    });
    await recordStuck(db.store, [], later);
    expect(await stuckNow()).toBeNull();
  });

  test('of others in the same namespace is passed over', async () => {
    const foreign: StuckWorkflow = { workflowId: 'payments-7', problem: 'failing', cause: 'x' };
    expect(await recordStuck(db.store, [foreign], at)).toEqual([]);
    expect(await stuckNow()).toBeNull();
  });
});

describe('Another worker', () => {
  const timingOut: StuckWorkflow[] = [{ workflowId: 'incident-1', problem: 'timing_out', cause: '' }];

  test('is tried for what times out for two looks in a row, and once in three minutes', () => {
    let count = 0;
    const restarts = new Restarts(() => {
      count += 1;
    });
    restarts.consider(timingOut, 0);
    expect(count).toBe(0);
    restarts.consider([], 15_000);
    restarts.consider(timingOut, 30_000);
    expect(count).toBe(0);
    restarts.consider(timingOut, 45_000);
    expect(count).toBe(1);
    for (let atMs = 60_000; atMs < 225_000; atMs += 15_000) restarts.consider(timingOut, atMs);
    expect(count).toBe(1);
    restarts.consider(timingOut, 225_000);
    expect(count).toBe(2);
  });

  test('is tried for a history that a worker says does not fit: its memory may be what is wrong', () => {
    let count = 0;
    const restarts = new Restarts(() => {
      count += 1;
    });
    const cause = 'WorkflowTaskFailedCauseNonDeterministicError';
    const misread: StuckWorkflow[] = [{ workflowId: 'incident-1', problem: 'failing', cause }];
    restarts.consider(misread, 0);
    restarts.consider(misread, 15_000);
    expect(count).toBe(1);
  });

  test('is not tried for what fails: it would fail there too', () => {
    const restarts = new Restarts(() => expect.fail('restarted'));
    const failing: StuckWorkflow[] = [{ workflowId: 'incident-1', problem: 'failing', cause: '' }];
    restarts.consider(failing, 0);
    restarts.consider(failing, 15_000);
  });
});
