import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from './fixtures.ts';

const entryCount = 100_000;
/** Half of the file: a process that keeps the entries dies. */
const heapMb = 32;

it('a log of 100,000 entries is exported, read and verified in a heap that could not hold it', async () => {
  const path = join(await temporaryFolder(), 'audit.ndjson');
  const script = fileURLToPath(new URL('./large-log.ts', import.meta.url));
  const run = [
    `--max-old-space-size=${heapMb}`,
    '--max-semi-space-size=8',
    script,
    path,
    String(entryCount),
    String(entryCount - 5),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, run);
  const { verdict, rates, peakMemoryMb } = JSON.parse(stdout);
  expect(verdict).toMatchObject({ size: entryCount - 6, damage: { code: 'audit_entry_edited', seq: entryCount - 5 } });
  const { size } = await stat(path);
  expect(size).toBeGreaterThan(heapMb * 2 * 1024 * 1024);
  console.log(`${size} bytes, ${JSON.stringify(rates)}, peak ${peakMemoryMb} MB`);
}, 60_000);
