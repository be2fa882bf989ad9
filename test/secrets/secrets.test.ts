import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decisionSigner, decisionVerifier } from '../../src/approvals/keys.ts';
import {
  decisionPublicKeyPath,
  decisionSigningKeyPath,
  ensureDecisionKeys,
  readDecisionPublicKey,
  readDecisionSigningKey,
} from '../../src/secrets/decision-keys.ts';
import {
  ensureSourceCredentials,
  readSourceCredentials,
  sourceCredentialsPath,
} from '../../src/secrets/source-credentials.ts';
import { sources } from '../../src/sources/index.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'firebreak-secrets-'));
});
afterEach(() => rm(dir, { recursive: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('set-up makes one credential for every source, which only the owner can read, and keeps it', async () => {
  const made = await ensureSourceCredentials(dir);
  expect([...made.keys()].sort()).toEqual([...sources.keys()].sort());
  expect(await modeOf(sourceCredentialsPath(dir))).toBe(0o600);
  expect(await modeOf(join(dir, 'secrets'))).toBe(0o700);
  expect(await ensureSourceCredentials(dir)).toEqual(made);
  expect(await readSourceCredentials(dir)).toEqual(made);
});

test('processes that set up at the same time get the same credentials', async () => {
  const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => ensureSourceCredentials(dir)));
  for (const other of others) expect(other).toEqual(first);
});

test('a source that is new gets a credential; those of the others, rotated ones too, stay', async () => {
  const rotated = ['old-credential-of-mine', 'new-credential-of-mine'];
  await ensureSourceCredentials(dir);
  await writeFile(sourceCredentialsPath(dir), JSON.stringify({ alertmanager: rotated }));
  await expect(readSourceCredentials(dir)).rejects.toThrow(
    /no credential for .*grafana, .*generic.*: run `firebreak migrate`/,
  );
  const made = await ensureSourceCredentials(dir);
  expect(made.get('alertmanager')).toEqual(rotated);
  expect(made.get('grafana')).toHaveLength(1);
});

test('without secrets nothing starts', async () => {
  await expect(readSourceCredentials(dir)).rejects.toMatchObject({ code: 'secrets_missing' });
  await expect(readDecisionSigningKey(dir)).rejects.toMatchObject({ code: 'secrets_missing' });
  await expect(readDecisionPublicKey(dir)).rejects.toMatchObject({ code: 'secrets_missing' });
});

test('secrets that everyone can read are refused', async () => {
  await ensureSourceCredentials(dir);
  await chmod(sourceCredentialsPath(dir), 0o644);
  await expect(readSourceCredentials(dir)).rejects.toMatchObject({ code: 'secrets_exposed' });
});

test.each([
  ['no JSON', '{"alertmanager": ["secret-secret-secret"'],
  ['a credential that is too short', '{"alertmanager": ["secret"]}'],
  ['a source without credentials', '{"alertmanager": []}'],
])('%s is refused without quoting the secret', async (_, content) => {
  await ensureSourceCredentials(dir);
  await writeFile(sourceCredentialsPath(dir), content);
  const error = await readSourceCredentials(dir).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'secrets_unreadable' });
  expect(String(error)).not.toContain('secret-');
});

test('the decision keys are made once and belong together', async () => {
  await Promise.all([ensureDecisionKeys(dir), ensureDecisionKeys(dir)]);
  await ensureDecisionKeys(dir);
  expect(await modeOf(decisionSigningKeyPath(dir))).toBe(0o600);
  const signer = decisionSigner(await readDecisionSigningKey(dir));
  const verifier = decisionVerifier(await readDecisionPublicKey(dir));
  expect(signer.keyId).toBe(verifier.keyId);
  expect(verifier.verify('yes', signer.sign('yes'))).toBe(true);
});

test('a decision key that was replaced is found out', async () => {
  await ensureDecisionKeys(dir);
  const other = await mkdtemp(join(tmpdir(), 'firebreak-secrets-'));
  await ensureDecisionKeys(other);
  await writeFile(decisionPublicKeyPath(dir), await readFile(decisionPublicKeyPath(other)));
  await rm(other, { recursive: true });
  await expect(ensureDecisionKeys(dir)).rejects.toThrow(/one of the two was replaced/);
});
