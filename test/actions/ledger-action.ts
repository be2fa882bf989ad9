// An action whose target is a file, one line for each effect, so that tests can count what really happened.

import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Action, ActionError, defineAction } from '../../src/actions/action.ts';

const params = z.strictObject({ file: z.string(), line: z.string() });

export async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean);
}

export function ledgerAction(change: Partial<Action<z.output<typeof params>>> = {}): Action {
  return defineAction<z.output<typeof params>>({
    name: 'ledger',
    title: 'Write a line',
    kind: 'containment',
    risk: 'low',
    params,
    timeoutMs: 2_000,
    idempotent: true,
    target: ({ line }) => `line:${line}`,
    describe: ({ line }) => `Write ${line}`,
    refuse: ({ line }) => (line === 'forbidden' ? { code: 'forbidden_line', reason: 'it is forbidden' } : undefined),
    live: () => true,
    async apply({ file, line }) {
      if (line === 'broken') throw new ActionError('disk_full', 'The disk is full', { settled: true });
      await appendFile(file, `+${line}\n`);
      return { detail: `Wrote ${line}`, evidence: { line } };
    },
    async verify({ file, line }) {
      const written = (await linesOf(file)).filter((each) => each.slice(1) === line);
      return written.at(-1) === `+${line}`
        ? { state: 'applied', detail: 'The line is there', evidence: { line } }
        : { state: 'absent', detail: 'The line is not there' };
    },
    async undo({ file, line }) {
      await appendFile(file, `-${line}\n`);
      return { detail: `Took ${line} back`, evidence: { line } };
    },
    ...change,
  });
}
