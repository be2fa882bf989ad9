// Runs a command that an administrator defined in the targets file: what is known of it before anything acts.

import { z } from 'zod';
import type { ActionDescription } from '../description.ts';

const longestMs = 3_600_000;

const params = z.strictObject({
  /** As it is called in the targets file. */
  command: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'write the name of a command in the targets file.'),
  arguments: z.record(z.string().max(63), z.union([z.string().max(4_096), z.number()])).default({}),
});

export type RunCommandParams = z.output<typeof params>;

export const runCommandDescription = {
  name: 'run_command',
  title: 'Run a configured command',
  kind: 'change',
  risk: 'high',
  params,
  timeoutMs: longestMs + 10_000,
  target: ({ command }) => `command:${command}`,
  describe: (given) => `Run the command ${given.command}${argumentsText(given)}`,
  // Which arguments a command takes is in the targets file, which only the privileged worker reads.
  refuse: () => undefined,
  undo: true,
} satisfies ActionDescription<RunCommandParams>;

function argumentsText({ arguments: values }: RunCommandParams): string {
  const parts = Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return parts.length === 0 ? '' : ` with ${parts.toSorted().join(', ')}`;
}
