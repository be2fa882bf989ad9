import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/actions/run-command.ts';
import { runAction } from '../../src/actions/runner.ts';
import { parseTargets, type Targets } from '../../src/actions/targets.ts';
import { undoAction } from '../../src/actions/undo.ts';
import { armSite } from '../../src/fault-sites.ts';
import { type MemoryJournal, memoryJournal } from './memory-journal.ts';
import { openFacts, runOptions } from './options.ts';

const naughtyFile = resolve(import.meta.dirname, '../../../shared/data/hostile/naughty-strings.json');

let folder: string;
let journal: MemoryJournal;
let targets: Targets;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-command-'));
  journal = memoryJournal();
  // The target's own log: one line for each run, with its arguments and environment as JSON.
  await executable(
    'record',
    `#!${process.execPath}
    require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'runs'))},
      JSON.stringify({ arguments: process.argv.slice(2), environment: process.env }) + '\\n');
    console.log('the token is ' + process.env.TOKEN);`,
  );
  await writeFile(join(folder, 'token'), 'hunter2\n');
  targets = parseTargets(
    `commands:
      record:
        binary: ${folder}/record
        arguments: ['--port={port}', '{name}', '{mode}', '{address}']
        parameters:
          port: { type: integer, min: 1, max: 65535 }
          name: { type: string }
          mode: { type: enum, values: [--fast, --slow] }
          address: { type: ip }
        environment: { REGION: north }
        environmentFiles: { TOKEN: ${folder}/token }
      mark:
        binary: /usr/bin/touch
        arguments: [${folder}/mark]
        verify: { binary: /usr/bin/test, arguments: [-e, ${folder}/mark] }
        undo: { binary: /usr/bin/rm, arguments: [${folder}/mark] }
      fail: { binary: /usr/bin/false }
      broken: { binary: /usr/bin/false, verify: { binary: /usr/bin/test, arguments: [-e, ${folder}/mark] } }
      missing: { binary: ${folder}/nothing }
      slow: { binary: /bin/sh, arguments: [-c, 'sleep 30 & echo $! > ${folder}/child; wait'], timeoutMs: 300 }
      loud: { binary: /bin/sh, arguments: [-c, 'yes | head -c 3000000'] }
      again: { binary: /usr/bin/touch, arguments: [${folder}/again], idempotent: true }
      say: { binary: /usr/bin/printf, arguments: ['%s', '{text}'], parameters: { text: { type: string, pattern: '(?s).*', maxLength: 4096 } } }
      any: { binary: ${folder}/record, arguments: ['{text}'], parameters: { text: { type: string, pattern: '(?s).*', maxLength: 4096 } } }`,
    'targets.yaml',
  );
});
afterEach(async () => {
  armSite(undefined);
  await rm(folder, { recursive: true });
});

async function executable(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), 0o755);
}
const runs = async (): Promise<{ arguments: string[]; environment: Record<string, string> }[]> => {
  const text = await readFile(join(folder, 'runs'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};
const live = (key = 'i1/run') => runOptions({ key, targets, journal });
const good = { port: 6379, name: 'cache-1', mode: '--fast', address: '::ffff:203.0.113.7' };

describe('run_command', () => {
  it('runs the binary with the typed arguments and a minimal environment', async () => {
    const outcome = await runAction(runCommand, { command: 'record', arguments: good }, live());
    expect(outcome).toMatchObject({ state: 'applied', evidence: { exitCode: 0 } });
    const [run, ...more] = await runs();
    expect(more).toEqual([]);
    expect(run?.arguments).toEqual(['--port=6379', 'cache-1', '--fast', '203.0.113.7']);
    expect(Object.keys(run?.environment ?? {}).toSorted()).toEqual([
      'FIREBREAK_KEY',
      'LANG',
      'LC_ALL',
      'PATH',
      'REGION',
      'TOKEN',
    ]);
    expect(run?.environment).toMatchObject({ FIREBREAK_KEY: 'i1/run', REGION: 'north', TOKEN: 'hunter2' });
  });

  it('keeps secrets out of the evidence', async () => {
    const outcome = await runAction(runCommand, { command: 'record', arguments: good }, live());
    expect(outcome).toMatchObject({ evidence: { stdout: 'the token is …\n' } });
    expect(JSON.stringify([...journal.records])).not.toContain('hunter2');
  });

  it.each([
    [{ port: 0 }, 'must be from 1 to 65535'],
    [{ port: 1.5 }, 'must be a whole number'],
    [{ port: '6379' }, 'must be a whole number'],
    [{ name: '-rf' }, 'must not start with "-"'],
    [{ name: 'a b' }, 'must match'],
    [{ name: 'a\nb' }, 'must not hold control characters'],
    [{ name: 'x'.repeat(129) }, 'must have 128 characters at most'],
    [{ mode: '--other' }, 'must be one of --fast, --slow'],
    [{ address: '127.1' }, 'must be an IP address'],
    [{ extra: 'x' }, 'is no parameter of the command'],
    [{ constructor: 'x' }, 'is no parameter of the command'],
  ])('refuses %j', async (change, reason) => {
    const outcome = await runAction(runCommand, { command: 'record', arguments: { ...good, ...change } }, live());
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'argument_invalid' } });
    expect(outcome.detail).toContain(reason);
    expect(await runs()).toEqual([]);
  });

  it('refuses an argument that is missing, and an address that must not be cut off', async () => {
    const { name: _, ...rest } = good;
    expect((await runAction(runCommand, { command: 'record', arguments: rest }, live())).detail).toContain(
      'name is missing',
    );
    const facts = { ...openFacts, host: { addresses: ['203.0.113.7'], resolvers: [], gateways: [] } };
    const outcome = await runAction(runCommand, { command: 'record', arguments: good }, { ...live('i2/run'), facts });
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'own_address' } });
  });

  it('hands any text over as it is, as one argument that is no option, or refuses it', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        const before = (await runs()).length;
        const outcome = await runAction(runCommand, { command: 'any', arguments: { text } }, live(`r${round++}/run`));
        const after = (await runs()).slice(before);
        if (outcome.state === 'refused') expect(after).toEqual([]);
        else expect(after.map((run) => run.arguments)).toEqual([[text]]);
        if (text.startsWith('-')) expect(outcome.state).toBe('refused');
      }),
      { numRuns: 25, examples: [['-x'], ['$(reboot)'], ['a; b'], ["'`"], ['{text}'], ['../../x'], ['%s%n']] },
    );
  });

  it('hands every hostile string over as it is, or refuses it', async () => {
    const strings: string[] = existsSync(naughtyFile)
      ? JSON.parse(readFileSync(naughtyFile, 'utf8'))
      : ['$(x)', '; x', '👾'];
    let handedOver = 0;
    for (const [index, text] of strings.entries()) {
      const outcome = await runAction(runCommand, { command: 'say', arguments: { text } }, live(`n${index}/run`));
      if (outcome.state === 'refused') continue;
      expect(outcome).toMatchObject({ state: 'applied', evidence: { stdout: text.slice(-1_000) } });
      handedOver++;
    }
    expect(handedOver).toBeGreaterThan(strings.length / 2);
  });

  it('reads back with the verify command, and undoes with the undo command', async () => {
    expect(await runAction(runCommand, { command: 'mark' }, live())).toMatchObject({ state: 'applied' });
    expect(await undoAction(runCommand, { command: 'mark' }, live())).toMatchObject({ state: 'undone' });
    await expect(readFile(join(folder, 'mark'))).rejects.toThrow('ENOENT');
  });

  it('says failed when the command says so, or when its verify command finds nothing', async () => {
    const failed = { state: 'failed', failure: { code: 'command_failed' } };
    expect(await runAction(runCommand, { command: 'fail' }, live())).toMatchObject(failed);
    expect(await runAction(runCommand, { command: 'broken' }, live('i2/run'))).toMatchObject(failed);
    await writeFile(join(folder, 'mark'), '');
    expect(await runAction(runCommand, { command: 'broken' }, live('i3/run'))).toMatchObject({ state: 'applied' });
  });

  it('says that the binary is missing', async () => {
    const outcome = await runAction(runCommand, { command: 'missing' }, live());
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'binary_missing' } });
  });

  it('ends a command and its children at its time limit, and does not know what came of it', async () => {
    const outcome = await runAction(runCommand, { command: 'slow' }, live());
    expect(outcome).toMatchObject({ state: 'unknown', failure: { code: 'timed_out' } });
    const child = (await readFile(join(folder, 'child'), 'utf8')).trim();
    await expect.poll(() => readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => ''), { timeout: 3_000 }).toBe('');
  });

  it('keeps a bounded part of its output', async () => {
    await runAction(runCommand, { command: 'loud' }, live());
    expect(JSON.stringify([...journal.records]).length).toBeLessThan(4_000);
  });

  it('asks a person after an attempt that was cut short, unless the command may run again', async () => {
    const cutShort = async (command: string, key: string) => {
      armSite((site) => {
        if (site === 'action.after-intent') throw new Error('crash');
      });
      await expect(runAction(runCommand, { command }, live(key))).rejects.toThrow('crash');
      armSite(undefined);
      return runAction(runCommand, { command }, live(key));
    };
    expect(await cutShort('loud', 'i1/run')).toMatchObject({ state: 'unknown' });
    expect(await cutShort('again', 'i2/run')).toMatchObject({ state: 'applied' });
    expect(await cutShort('mark', 'i3/run')).toMatchObject({ state: 'unknown' });
  });

  it('cannot be undone without an undo command', async () => {
    await runAction(runCommand, { command: 'again' }, live());
    const outcome = await undoAction(runCommand, { command: 'again' }, live());
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'not_reversible' } });
  });
});
