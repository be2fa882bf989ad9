import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { choosePort } from '../../src/embedded/ports.ts';
import { findTemporalCli } from '../../src/embedded/temporal-binary.ts';
import { startTemporal } from '../../src/embedded/temporal-server.ts';
import { stopsAfterTest, temporaryDir } from '../embedded/support.ts';
import { repository } from './compose.ts';
import { type Replacements, startService } from './containers.ts';
import { freshServer } from './database.ts';

const run = promisify(execFile);
const repositoryDir = fileURLToPath(repository);
const adminKey = 'fb_test_admin_key_of_the_compose_file';

async function startDatabase(secretsDir: string): Promise<void> {
  const secret = (name: string, value: string) => writeFile(join(secretsDir, name), value);
  await Promise.all([secret('postgres-owner', 'owner'), secret('postgres-app', 'app'), secret('admin-key', adminKey)]);
  const { address, runScript } = await freshServer();
  await runScript('firebreak-roles.sql', secretsDir);
  await secret('database-url-owner', `postgres://firebreak_owner:owner@${address}/firebreak`);
  await secret('database-url-app', `postgres://firebreak_app:app@${address}/firebreak`);
}

async function setUp(): Promise<Replacements> {
  const [root, secretsDir] = await Promise.all([temporaryDir(), temporaryDir()]);
  const executable = await findTemporalCli({ searchPath: process.env.PATH });
  const temporal = stopsAfterTest(
    await startTemporal({ executable, stateDir: await temporaryDir(), survives: 'process-crash' }),
  );
  await startDatabase(secretsDir);
  const gatewayPort = await choosePort('127.0.0.1', { port: 0, what: 'the gateway', setting: 'PORT' });
  return { root, secretsDir, temporalAddress: temporal.address, gatewayPort };
}

async function shareSecrets(root: string): Promise<void> {
  const volumes = ['setup-state', 'gateway-state', 'incident-state', 'public-keys'].map((name) =>
    join(root, 'volumes', name),
  );
  await Promise.all(volumes.map((folder) => mkdir(folder, { recursive: true })));
  await run('sh', [join(repositoryDir, 'deploy/share-secrets.sh'), ...volumes]);
}

test('the services of the compose file, each with its own role, keys and network names, contain an incident that a person approves', {
  timeout: 120_000,
}, async () => {
  const where = await setUp();
  const migrated = await (await startService('migrate', where)).ended;
  expect(migrated).toMatchObject({ code: 0 });
  await shareSecrets(where.root);
  const started = ['gateway', 'worker-incident', 'worker-containment', 'worker-notify'] as const;
  const services = await Promise.all(started.map((name) => startService(name, where)));

  const url = `http://127.0.0.1:${where.gatewayPort}`;
  const status = () =>
    fetch(`${url}/readyz`).then(
      (answer) => answer.status,
      () => 0,
    );
  await expect.poll(status, { timeout: 60_000, interval: 250 }).toBe(200);
  const firebreak = async (...args: string[]) => {
    const env = { PATH: process.env.PATH, FIREBREAK_URL: url, FIREBREAK_API_KEY: adminKey, FIREBREAK_DIR: where.root };
    const { stdout } = await run(process.execPath, ['src/cli/main.ts', ...args, '--json'], { cwd: repositoryDir, env });
    return JSON.parse(stdout);
  };
  await firebreak('send', 'brute-force');

  let approvals: { id: string }[] = [];
  const ask = async () => {
    approvals = (await firebreak('approvals', 'list')).items;
    return approvals.length;
  };
  await expect.poll(ask, { timeout: 30_000, interval: 500 }).toBe(1);
  await firebreak('approvals', 'approve', approvals[0]?.id ?? '', '--reason', 'seen in the logs');
  // The containment worker has verified the signature with the public key alone, and acted.
  const containments = async () => (await firebreak('containments', 'list')).items;
  await expect.poll(containments, { timeout: 30_000, interval: 500 }).toMatchObject([{ action: 'block_ip' }]);

  const output = services.map((service) => service.output()).join('\n');
  expect(output).not.toContain(adminKey);
  expect(await readFile(join(where.root, 'volumes/gateway-state/secrets/decision-signing.key'), 'utf8')).toContain(
    'PRIVATE',
  );
});
