import { once } from 'node:events';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { describeProcess } from '../../src/embedded/processes.ts';
import { findTemporalCli } from '../../src/embedded/temporal-binary.ts';
import { type EmbeddedTemporal, startTemporal, type TemporalOptions } from '../../src/embedded/temporal-server.ts';
import { startElsewhere, stopsAfterTest, takenPort, temporaryDir } from './support.ts';

let executable: string;
beforeAll(async () => {
  executable = await findTemporalCli({ searchPath: process.env.PATH });
}, 120_000);

async function start(stateDir: string, options: Partial<TemporalOptions> = {}): Promise<EmbeddedTemporal> {
  return stopsAfterTest(await startTemporal({ executable, stateDir, survives: 'process-crash', ...options }));
}

async function clientOf(server: EmbeddedTemporal): Promise<Client> {
  const connection = await Connection.connect({ address: server.address });
  onTestFinished(() => connection.close());
  return new Client({ connection });
}

const status = defineSearchAttributeKey('FirebreakStatus', SearchAttributeType.KEYWORD);

test('a workflow is still there, with its search attributes, after the server was killed and started again', async () => {
  const stateDir = await temporaryDir();
  let ended = '';
  // The default, `power-loss`, is what users run.
  const first = await start(stateDir, { survives: 'power-loss', onExit: (reason) => (ended = reason) });
  await (await clientOf(first)).workflow.start('incidentWorkflow', {
    workflowId: 'incident-1',
    taskQueue: 'nobody-polls',
    typedSearchAttributes: [{ key: status, value: 'triage' }],
  });
  process.kill(first.pid, 'SIGKILL');
  await expect.poll(() => ended).toBe('signal SIGKILL');

  const second = await start(stateDir);
  const handle = (await clientOf(second)).workflow.getHandle('incident-1');
  const description = await handle.describe();
  expect(description.status.name).toBe('RUNNING');
  expect(description.typedSearchAttributes.get(status)).toBe('triage');
  // Links into Temporal UI and outside workers keep working.
  expect(second).toMatchObject({ address: first.address, uiUrl: first.uiUrl });
});

test('histories are kept for 30 days', async () => {
  const server = await start(await temporaryDir());
  const { connection } = await clientOf(server);
  const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
  expect(config?.workflowExecutionRetentionTtl?.seconds?.toNumber()).toBe(30 * 86_400);
});

test('Temporal UI answers and stop ends the server without calling it an exit', async () => {
  const stateDir = await temporaryDir();
  let ended = '';
  const server = await start(stateDir, { onExit: (reason) => (ended = reason) });
  expect((await fetch(server.uiUrl)).status).toBe(200);
  await server.stop();
  expect(await describeProcess(server.pid)).toBeUndefined();
  expect(ended).toBe('');
});

test('a port in use is named together with the variable that changes it', async () => {
  const [stateDir, port] = await Promise.all([temporaryDir(), takenPort()]);
  await expect(start(stateDir, { port })).rejects.toMatchObject({
    code: 'port_in_use',
    message: `The embedded Temporal cannot listen on port ${port}, which is in use: stop what uses it, or set FIREBREAK_TEMPORAL_PORT to another port.`,
  });
  await expect(start(stateDir, { uiPort: port })).rejects.toThrow('FIREBREAK_TEMPORAL_UI_PORT');
});

test('a server that ends at once fails with its reason and its log', async () => {
  const stateDir = await temporaryDir();
  await expect(start(stateDir, { executable: '/bin/false' })).rejects.toMatchObject({
    code: 'server_failed',
    message: `The embedded Temporal did not start (exit code 1); its log is ${join(stateDir, 'temporal.log')}.`,
  });
  await expect(start(stateDir, { executable: join(stateDir, 'missing') })).rejects.toThrow('ENOENT');
});

test('the server of a Firebreak that was killed is ended; that of one that runs is left alone', async () => {
  const stateDir = await temporaryDir();
  const module = new URL('../../src/embedded/temporal-server.ts', import.meta.url).href;
  const options = JSON.stringify({ executable, stateDir, survives: 'process-crash' });
  const other = await startElsewhere(`import { startTemporal } from '${module}'`, `startTemporal(${options})`);
  await expect(start(stateDir)).rejects.toMatchObject({ code: 'state_in_use' });
  expect(await describeProcess(other.pid)).toBeDefined();

  other.parent.kill('SIGKILL');
  await once(other.parent, 'exit');
  expect(await describeProcess(other.pid)).toBeDefined();
  const server = await start(stateDir);
  expect(await describeProcess(other.pid)).toBeUndefined();
  expect(server.pid).not.toBe(other.pid);
});
