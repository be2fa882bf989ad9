import { execFile, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { writeExport } from '../../src/audit/export.ts';
import type { Checkpoint } from '../../src/core/audit/checkpoint.ts';
import { checkpointText } from '../../src/core/audit/checkpoint.ts';
import type { StoredEntry } from '../../src/core/audit/entry.ts';
import { at, buildLog, chained, forgedPayload, payloadOf, simpleEntry, simpleLog, stream } from '../core/audit/logs.ts';
import { checkpointsOf, newKey, temporaryFolder } from './fixtures.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const hasTools = ['openssl', 'jq', 'base64'].every((tool) => spawnSync(tool, ['--version']).error === undefined);
const key = newKey();
const log = simpleLog(20);
const checkpoints = checkpointsOf(log, [1, 7, 16], key);

async function documentation(): Promise<string> {
  return readFile(join(import.meta.dirname, '../../docs/audit.md'), 'utf8');
}

describe.skipIf(!hasPython)('the verifier in docs/audit.md (needs python3)', () => {
  async function verify(rows: StoredEntry[], own: Checkpoint[], change = (text: string) => text) {
    const folder = await temporaryFolder();
    const [script, path] = [join(folder, 'verify.py'), join(folder, 'audit.ndjson')];
    const snippet = /```python\n(.*?)```/s.exec(await documentation())?.[1];
    await writeFile(script, snippet ?? 'raise SystemExit("no snippet")');
    await writeExport(path, { publicKey: key.publicKey.pem, checkpoints: own, entries: stream(rows) });
    await writeFile(path, change(await readFile(path, 'utf8')));
    const { status, stdout, stderr } = spawnSync('python3', [script, path], { encoding: 'utf8' });
    return { status, output: (stdout + stderr).trim() };
  }

  it('agrees that a log holds, with any text in it', async () => {
    const texts = ['grün 🔥', 'a\u2028b\u0085c\r\nd', '"quoted" \\ back', '\u0000'];
    const rows = buildLog([...texts, 'last'].map((text, index) => simpleEntry(index + 1, text)));
    const verdict = await verify(rows, checkpointsOf(rows, [1, 3, 5], key));
    expect(verdict).toEqual({ status: 0, output: '5 entries hold, 3 checkpoints fit' });
  });

  it('agrees about what does not hold', async () => {
    const rewritten = chained([forgedPayload(), ...log.slice(10).map(payloadOf)], log.slice(0, 9));
    const cases: [StoredEntry[], string][] = [
      [log.with(11, { ...at(log, 11), actor: 'person:eve' }), 'entry 12 is not'],
      [log.with(11, { ...at(log, 11), ...forgedPayload() }), 'entry 12 is not'],
      [log.toSpliced(4, 1), 'entry 5 is not'],
      [rewritten, 'checkpoint 16 does not fit'],
      [log.slice(0, 15), 'checkpoint 16 does not fit'],
    ];
    for (const [rows, output] of cases) {
      const verdict = await verify(rows, checkpoints);
      expect(verdict).toMatchObject({ status: 1, output: expect.stringContaining(output) });
    }
    const cut = await verify(log, checkpoints, (text) => text.slice(0, text.indexOf('{"end"')));
    expect(cut).toMatchObject({ status: 1, output: 'the file breaks off' });
  });
});

describe.skipIf(!hasTools)('the commands in docs/audit.md (need openssl, jq and base64)', () => {
  it('write the signed text of a checkpoint and check its signature', async () => {
    const folder = await temporaryFolder();
    const run = (command: string) => promisify(execFile)('sh', ['-c', command], { cwd: folder });
    const [signedText, signature, openssl] = await documentedCommands();
    await writeFile(join(folder, 'audit-signing.pub'), key.publicKey.pem);
    await writeFile(join(folder, '000000000120.json'), JSON.stringify(at(checkpoints, 1)));
    await run(`${signedText} > signed.txt && ${signature} > sig.bin`);
    expect(await readFile(join(folder, 'signed.txt'), 'utf8')).toBe(checkpointText(at(checkpoints, 1)));
    expect((await run(openssl)).stdout).toContain('Signature Verified Successfully');
    await writeFile(join(folder, 'signed.txt'), checkpointText(at(checkpoints, 2)));
    await expect(run(openssl)).rejects.toThrow();
  });
});

async function documentedCommands(): Promise<[string, string, string]> {
  const text = await documentation();
  const command = (start: string) => new RegExp(`\`(${start}[^\`]+)\``).exec(text)?.[1] ?? 'false';
  return [command('jq -cSj'), command('jq -rj'), command('openssl pkeyutl')];
}
