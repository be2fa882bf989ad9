import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadOrCreateSigningKey, loadPublicKey, publicKeyPath, signingKeyPath } from '../../src/audit/keys.ts';
import { newKey, temporaryFolder } from './fixtures.ts';

describe('the signing key of the audit log', () => {
  it('is made on first use, readable by its owner alone, and the same from then on', async () => {
    const folder = await temporaryFolder();
    expect(await loadPublicKey(folder)).toBeNull();
    const key = await loadOrCreateSigningKey(folder);
    expect((await stat(signingKeyPath(folder))).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(signingKeyPath(folder)))).mode & 0o777).toBe(0o700);
    expect(await readFile(signingKeyPath(folder), 'utf8')).toContain('BEGIN PRIVATE KEY');
    expect(await readFile(publicKeyPath(folder), 'utf8')).toBe(key.publicKey.pem);
    expect((await loadOrCreateSigningKey(folder)).keyId).toBe(key.keyId);
    expect((await loadPublicKey(folder))?.keyId).toBe(key.keyId);
    expect(await readdir(dirname(signingKeyPath(folder)))).toEqual(['audit-signing.key']);
  });

  it('signs what its public key, and no other, verifies', async () => {
    const { sign, publicKey, keyId } = await loadOrCreateSigningKey(await temporaryFolder());
    const signature = sign('grün');
    expect(publicKey.verify('grün', signature)).toBe(true);
    expect(publicKey.verify('gruen', signature)).toBe(false);
    expect(publicKey.verify('grün', ` ${signature}`)).toBe(false);
    expect(publicKey.verify('grün', 'AAAA')).toBe(false);
    expect(newKey().publicKey.verify('grün', signature)).toBe(false);
    expect(publicKey.keyId).toBe(keyId);
  });

  it('has the SHA-256 of the raw public key, the end of its DER, for its id', async () => {
    const folder = await temporaryFolder();
    const { keyId } = await loadOrCreateSigningKey(folder);
    const pem = await readFile(publicKeyPath(folder), 'utf8');
    const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64');
    expect(createHash('sha256').update(der.subarray(-32)).digest('hex').slice(0, 16)).toBe(keyId);
  });

  it('is one key for all processes that start at once', async () => {
    const folder = await temporaryFolder();
    const keysModule = join(import.meta.dirname, '../../src/audit/keys.ts');
    const script = `const keys = await import(process.argv[1]); console.log((await keys.loadOrCreateSigningKey(process.argv[2])).keyId)`;
    const start = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, keysModule, folder]);
    const ids = (await Promise.all([start(), start(), start(), start()])).map(({ stdout }) => stdout.trim());
    const here = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSigningKey(folder)));
    expect(new Set([...ids, ...here.map(({ keyId }) => keyId)]).size).toBe(1);
    expect(await readdir(dirname(signingKeyPath(folder)))).toEqual(['audit-signing.key']);
  });

  it('is one key for all that race for it in one process', async () => {
    const folder = await temporaryFolder();
    const keys = await Promise.all(Array.from({ length: 16 }, () => loadOrCreateSigningKey(folder)));
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
  });

  it.each([0o640, 0o604, 0o620])('is refused when others may use its file (mode %o)', async (mode) => {
    const folder = await temporaryFolder();
    await loadOrCreateSigningKey(folder);
    await chmod(signingKeyPath(folder), mode);
    await expect(loadOrCreateSigningKey(folder)).rejects.toMatchObject({ code: 'audit_key_exposed' });
  });

  it('is refused when the public key is another’s', async () => {
    const folder = await temporaryFolder();
    await loadOrCreateSigningKey(folder);
    await writeFile(publicKeyPath(folder), newKey().publicKey.pem);
    await expect(loadOrCreateSigningKey(folder)).rejects.toMatchObject({ code: 'audit_key_mismatch' });
  });

  it('is not made anew in silence when it was lost', async () => {
    const folder = await temporaryFolder();
    await loadOrCreateSigningKey(folder);
    await rm(signingKeyPath(folder));
    await expect(loadOrCreateSigningKey(folder)).rejects.toMatchObject({ code: 'audit_key_missing' });
  });

  it('is refused, without its text in the error, when its file holds something else', async () => {
    const folder = await temporaryFolder();
    await mkdir(dirname(signingKeyPath(folder)), { recursive: true });
    await writeFile(signingKeyPath(folder), 'hunter2', { mode: 0o600 });
    const refusal = await loadOrCreateSigningKey(folder).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'audit_key_unreadable' });
    expect(String(refusal)).not.toContain('hunter2');
  });
});
