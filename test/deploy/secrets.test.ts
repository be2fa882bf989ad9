import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { loadOrCreateSigningKey } from '../../src/audit/keys.ts';
import { readDecisionPublicKey, readDecisionSigningKey } from '../../src/secrets/decision-keys.ts';
import { readSourceCredentials } from '../../src/secrets/source-credentials.ts';
import { ensureSecrets } from '../../src/service/index.ts';
import { temporaryDir } from '../embedded/support.ts';
import { repository } from './compose.ts';

const run = promisify(execFile);
const script = (name: string) => fileURLToPath(new URL(`deploy/${name}`, repository));
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

async function makeSecrets(): Promise<string> {
  const dir = await temporaryDir();
  await cp(script('make-secrets.sh'), join(dir, 'make-secrets.sh'));
  await run('sh', [join(dir, 'make-secrets.sh')]);
  return join(dir, 'secrets');
}

test('make-secrets makes every secret that the compose file mounts, and keeps those that exist', async () => {
  const folder = await makeSecrets();
  const names = (await readdir(folder)).sort();
  const compose = await readFile(new URL('docker-compose.yml', repository), 'utf8');
  const mounted = [...compose.matchAll(/file: \.\/deploy\/secrets\/(\S+)/g)].map(([, name]) => name);
  expect(names).toEqual(mounted.sort());
  const read = () => Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const before = await read();
  await run('sh', [join(folder, '..', 'make-secrets.sh')]);
  expect(await read()).toEqual(before);
  expect(new Set(before).size).toBe(names.length);
});

test('only the owner may enter the folder; containers of any user read the files that are mounted into them', async () => {
  const folder = await makeSecrets();
  expect(await modeOf(folder)).toBe(0o700);
  for (const name of await readdir(folder)) expect(await modeOf(join(folder, name))).toBe(0o444);
});

test('the entrypoint gives the process the secret out of its file, and names a file that cannot be read', async () => {
  const dir = await temporaryDir();
  const file = join(dir, 'url');
  await writeFile(file, 'postgres://app:with space@postgres/firebreak\n');
  const show = [script('entrypoint.sh'), 'sh', '-c', 'echo "$DATABASE_URL|$DATABASE_URL_FILE"'];
  const env = { PATH: process.env.PATH, DATABASE_URL_FILE: file };
  expect((await run('sh', show, { env })).stdout).toBe('postgres://app:with space@postgres/firebreak|\n');
  const missing = { ...env, DATABASE_URL_FILE: join(dir, 'missing') };
  await expect(run('sh', show, { env: missing })).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('DATABASE_URL_FILE names'),
  });
});

test('each process gets the secrets that it needs, in a form that it accepts, and no other', async () => {
  const root = await temporaryDir();
  const [setup = '', gateway = '', incident = '', containment = ''] = [
    'setup',
    'gateway',
    'incident',
    'containment',
  ].map((name) => join(root, name));
  await ensureSecrets(setup);
  const keys = join(root, 'keys');
  await Promise.all([gateway, incident, containment, keys].map((folder) => mkdir(folder)));
  const share = () => run('sh', [script('share-secrets.sh'), setup, gateway, incident, keys]);
  await share();
  await share();

  expect((await readdir(join(gateway, 'secrets'))).sort()).toEqual(['decision-signing.key', 'sources.json']);
  expect(await readdir(join(incident, 'secrets'))).toEqual(['audit-signing.key']);
  expect((await readdir(keys)).sort()).toEqual(['audit-signing.pub', 'decision-signing.pub']);

  // As the compose file mounts them: the public keys below each state folder.
  for (const folder of [gateway, incident, containment]) await cp(keys, join(folder, 'keys'), { recursive: true });
  expect(await readSourceCredentials(gateway)).toEqual(await readSourceCredentials(setup));
  expect(await readDecisionSigningKey(gateway)).toBe(await readDecisionSigningKey(setup));
  expect(await readDecisionPublicKey(containment)).toBe(await readDecisionPublicKey(setup));
  expect((await loadOrCreateSigningKey(incident)).keyId).toBe((await loadOrCreateSigningKey(setup)).keyId);
});
