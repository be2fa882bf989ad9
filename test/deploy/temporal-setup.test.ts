import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { expect, onTestFinished, test } from 'vitest';
import { searchAttributeNames } from '../../src/contract/search-attributes.ts';
import { findTemporalCli } from '../../src/embedded/temporal-binary.ts';
import { startTemporal } from '../../src/embedded/temporal-server.ts';
import { stopsAfterTest, temporaryDir } from '../embedded/support.ts';
import { repository } from './compose.ts';

const run = promisify(execFile);
const pathOf = (file: string) => fileURLToPath(new URL(file, repository));

async function startServer() {
  const executable = await findTemporalCli({ searchPath: process.env.PATH });
  const server = await startTemporal({ executable, stateDir: await temporaryDir(), survives: 'process-crash' });
  return { executable, ...stopsAfterTest(server) };
}

test('the set-up makes the namespace and its search attributes, and can run again', async () => {
  const { executable, address } = await startServer();
  const bin = await temporaryDir();
  await symlink(executable, join(bin, 'temporal'));
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: bin, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'made' };
  for (const _round of ['first', 'again']) await run('sh', [pathOf('deploy/temporal/setup-namespace.sh')], { env });

  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  const { config } = await connection.workflowService.describeNamespace({ namespace: 'made' });
  expect(config?.workflowExecutionRetentionTtl?.seconds?.toNumber()).toBe(30 * 86_400);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'made' });
  expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(searchAttributeNames));
});

test('a worker is healthy while it asks Temporal for work, and another on the same queue does not count for it', async () => {
  const { address } = await startServer();
  const check = (queue: string) =>
    run(process.execPath, [pathOf('scripts/worker-health.ts'), queue], {
      env: { PATH: process.env.PATH, TEMPORAL_ADDRESS: address },
    });
  const connection = await NativeConnection.connect({ address });
  onTestFinished(() => connection.close());
  const startWorker = async (taskQueue: string, identity: string) => {
    const activities = { ping: async () => 'pong' };
    const worker = await Worker.create({ connection, taskQueue, identity, activities });
    const running = worker.run();
    onTestFinished(async () => {
      worker.shutdown();
      await running;
    });
  };
  await startWorker('notify', `1@${hostname()}`);
  await startWorker('containment', '1@elsewhere');
  await expect.poll(() => check('notify').then(() => 'healthy'), { timeout: 10_000 }).toBe('healthy');
  await expect(check('containment')).rejects.toMatchObject({ code: 1 });
  await expect(check('nonsense')).rejects.toThrow('Name a queue: incident, containment, notify.');
});
