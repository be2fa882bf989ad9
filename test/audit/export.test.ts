import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportLines, openExport, readExport, writeExport } from '../../src/audit/export.ts';
import type { StoredEntry } from '../../src/core/audit/entry.ts';
import { buildLog, collected, logArbitrary, simpleEntry, simpleLog, stream } from '../core/audit/logs.ts';
import { checkpointsOf, newKey, temporaryFolder } from './fixtures.ts';

const key = newKey();
const publicKey = key.publicKey.pem;

async function textOf(log: readonly StoredEntry[], sizes: number[] = []): Promise<string> {
  const lines = exportLines({ publicKey, checkpoints: checkpointsOf(log, sizes, key), entries: stream(log) });
  return (await collected(lines)).join('');
}

/** Reads a text in chunks of `chunkSize` bytes, as a slow network would bring it. */
function read(text: string, chunkSize = 7) {
  const bytes = Buffer.from(text, 'utf8');
  const starts = Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, index) => index * chunkSize);
  return readExport(stream(starts.map((start) => bytes.subarray(start, start + chunkSize))), 'test export');
}

describe('an export', () => {
  it('reads back from a real file as it was written', async () => {
    const folder = await temporaryFolder();
    let number = 0;
    await fc.assert(
      fc.asyncProperty(logArbitrary({ min: 0, max: 12 }), async (log) => {
        const path = join(folder, `${++number}.ndjson`);
        const checkpoints = checkpointsOf(log, [1, 5, 6], key);
        await writeExport(path, { publicKey, checkpoints, entries: stream(log) });
        const back = await openExport(path);
        expect(back).toMatchObject({ publicKey, checkpoints });
        expect(await collected(back.entries)).toEqual(log);
        const head = log.at(-1)?.hash ?? '0'.repeat(64);
        expect(back.ending()).toEqual({ kind: 'whole', size: log.length, head });
      }),
      { numRuns: 30 },
    );
  });

  it('is read by its owner alone, and is never written over another file', async () => {
    const path = join(await temporaryFolder(), 'audit.ndjson');
    await writeExport(path, { publicKey: null, checkpoints: [], entries: stream([]) });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = writeExport(path, { publicKey, checkpoints: [], entries: stream([]) });
    await expect(again).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(path, 'utf8')).toContain('"publicKey":null');
  });

  it('keeps its lines, whatever an entry says: U+2028, line ends, characters cut by a chunk', async () => {
    const log = buildLog([simpleEntry(1, 'a\u2028b\u2029c\r\nd\re\u0085f'), simpleEntry(2, 'grün 🔥 ünter')]);
    for (const chunkSize of [1, 2, 3, 1000]) {
      const back = await read(await textOf(log), chunkSize);
      expect(await collected(back.entries)).toEqual(log);
    }
  });

  it('fails to be written when its entries fail to be read', async () => {
    const path = join(await temporaryFolder(), 'audit.ndjson');
    async function* failing(): AsyncGenerator<StoredEntry> {
      yield* simpleLog(2);
      throw new Error('connection lost');
    }
    await expect(writeExport(path, { publicKey, checkpoints: [], entries: failing() })).rejects.toThrow(
      'connection lost',
    );
  });

  it('that breaks off is seen to', async () => {
    const text = await textOf(simpleLog(5));
    const atLineEnd = await read(text.slice(0, text.indexOf('{"end"')));
    expect(await collected(atLineEnd.entries)).toHaveLength(5);
    expect(atLineEnd.ending()).toEqual({ kind: 'cut' });
    const inLine = await read(text.slice(0, text.lastIndexOf('"seq":4')));
    expect(await collected(inLine.entries)).toHaveLength(3);
    expect(inLine.ending()).toMatchObject({ kind: 'malformed', line: 5 });
  });

  it.each([
    ['no JSON', (text: string) => text.replace('{"entry":{"incidentId":"7k2m9q"', '{'), 2],
    ['a broken checkpoint', (text: string) => text.replace('\n', '\n{"checkpoint":{"size":1}}\n'), 2],
    ['an unknown column', (text: string) => text.replace('"seq":2', '"seq":2,"note":1'), 3],
    ['a hash that is not hex', (text: string) => text.replace('"prevHash":"0000', '"prevHash":"xyz'), 2],
    ['a checkpoint among the entries', withCheckpointBelow, 3],
    ['more after the end', (text: string) => `${text}{"end":{"size":3,"head":""}}\n`, 6],
  ])('names the line that holds %s', async (_name, change, line) => {
    const back = await read(change(await textOf(simpleLog(3))));
    await collected(back.entries);
    expect(back.ending()).toMatchObject({ kind: 'malformed', line });
  });

  it.each([
    ['nothing', ''],
    ['another version', '{"firebreakAudit":2,"publicKey":null}\n'],
    ['another file', '<html>\n'],
  ])('is not %s', async (_name, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'audit_export_malformed' });
  });

  it('is not bytes that are no text', async () => {
    const back = readExport(stream([Buffer.of(0xff, 0xfe, 0x0a)]), 'test export');
    await expect(back).rejects.toMatchObject({ code: 'audit_export_malformed' });
  });

  it('that is missing is an error of the file system', async () => {
    await expect(openExport('/nonexistent/audit.ndjson')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

function withCheckpointBelow(text: string): string {
  const [checkpoint] = checkpointsOf(simpleLog(1), [1], key);
  return text.split('\n').toSpliced(2, 0, JSON.stringify({ checkpoint })).join('\n');
}
