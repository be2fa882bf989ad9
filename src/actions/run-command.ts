// Runs a command that an administrator defined in the targets file: a fixed binary with typed arguments, no shell. The
// command finds its idempotency key in FIREBREAK_KEY.

import { readFile } from 'node:fs/promises';
import type { Json } from '../core/canonical.ts';
import { type ActionContext, ActionError, defineAction, type ReadBack } from './action.ts';
import { type RunCommandParams, runCommandDescription } from './descriptions/run-command.ts';
import { oneLine } from './lib/attempt.ts';
import { fillIn, refusalOfValues } from './lib/command-line.ts';
import { type BinaryResult, runBinary } from './lib/run-binary.ts';
import type { Command, Invocation } from './targets.ts';

const keptOutputBytes = 16 * 1024;
/** Of each stream, in the evidence. */
const shownCharacters = 1_000;

export const runCommand = defineAction<RunCommandParams>({
  ...runCommandDescription,
  idempotent: ({ command }, targets) => targets.commands.get(command)?.idempotent === true,
  refuse({ command, arguments: values }, facts, targets) {
    const defined = targets?.commands.get(command);
    return defined && refusalOfValues(defined, values, facts);
  },
  live: ({ command }, targets) => targets.commands.has(command),
  realTargets: ({ commands }) => [...commands.keys()].map((name) => `command:${name}`),
  undoable: ({ command }, targets) => targets.commands.get(command)?.undo !== undefined,
  async apply(given, context) {
    const command = commandOf(given, context);
    const result = await run(command, command, given, context);
    if (result.exitCode === 0) return { detail: `Ran the command ${given.command}`, evidence: evidenceOf(result) };
    const how = result.exitCode === null ? 'was ended by a signal' : `ended with exit code ${result.exitCode}`;
    throw new ActionError('command_failed', `The command ${given.command} ${how}: ${oneLine(result.stderr)}`, {
      // A command that ends by itself says what came of it; with a read back, that is better still.
      settled: result.exitCode !== null && command.verify === undefined,
      evidence: evidenceOf(result),
    });
  },
  async verify(given, evidence, context) {
    const command = commandOf(given, context);
    if (command.verify !== undefined) return readBack(command.verify, command, given, context);
    if (evidence !== undefined)
      return { state: 'applied', detail: 'It ended with exit code 0; there is no command to verify it' };
    if (command.idempotent) return { state: 'absent', detail: 'Nothing can be read back, and it may be run again' };
    return { state: 'unknown', detail: 'There is no command to verify it' };
  },
  async undo(given, _, context) {
    const command = commandOf(given, context);
    if (command.undo === undefined) throw new ActionError('not_reversible', 'It has no undo', { settled: true });
    const result = await run(command.undo, command, given, context);
    if (result.exitCode === 0) return { detail: `Ran the undo of ${given.command}`, evidence: evidenceOf(result) };
    throw new ActionError('command_failed', `The undo of ${given.command} failed: ${oneLine(result.stderr)}`, {
      settled: result.exitCode !== null && command.verify === undefined,
      evidence: evidenceOf(result),
    });
  },
  async verifyUndone(given, _, context, undone) {
    const command = commandOf(given, context);
    if (command.verify !== undefined) return readBack(command.verify, command, given, context);
    if (undone !== undefined) return { state: 'absent', detail: 'Its undo ended with exit code 0' };
    return { state: 'unknown', detail: 'There is no command to verify it' };
  },
});

async function readBack(
  verify: Invocation,
  command: Command,
  given: RunCommandParams,
  context: ActionContext,
): Promise<ReadBack> {
  const result = await run(verify, command, given, context);
  if (result.exitCode === 0) return { state: 'applied', detail: 'Its verify command found the effect' };
  if (result.exitCode === 1) return { state: 'absent', detail: 'Its verify command found no effect' };
  return { state: 'unknown', detail: `Its verify command ended with exit code ${result.exitCode}` };
}

async function run(
  invocation: Invocation,
  command: Command,
  given: RunCommandParams,
  context: ActionContext,
): Promise<BinaryResult> {
  const secrets = await secretsOf(command);
  try {
    const result = await runBinary({
      binary: invocation.binary,
      arguments: fillIn(invocation.arguments, command, given.arguments),
      environment: { ...command.environment, ...secrets, FIREBREAK_KEY: context.key },
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(invocation.timeoutMs)]),
      maxOutputBytes: keptOutputBytes,
      cwd: '/',
    });
    const redact = (text: string) =>
      Object.values(secrets).reduce((kept, secret) => (secret === '' ? kept : kept.replaceAll(secret, '…')), text);
    return { ...result, stdout: redact(result.stdout), stderr: redact(result.stderr) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')))
      throw error;
    throw new ActionError('binary_missing', `${invocation.binary} cannot be run: ${error.code}`, { settled: true });
  }
}

async function secretsOf(command: Command): Promise<Record<string, string>> {
  const entries = Object.entries(command.environmentFiles).map(async ([name, file]): Promise<[string, string]> => {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new ActionError('secret_missing', `The file ${file} for ${name} cannot be read: ${error.code}`, {
        settled: true,
      });
    });
    return [name, text.trimEnd()];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function evidenceOf(result: BinaryResult): Json {
  const end = (text: string) => text.toWellFormed().replaceAll('\0', '').slice(-shownCharacters).toWellFormed();
  return { exitCode: result.exitCode, stdout: end(result.stdout), stderr: end(result.stderr) };
}

function commandOf(given: RunCommandParams, context: ActionContext): Command {
  const command = context.targets.commands.get(given.command);
  if (command !== undefined) return command;
  throw new ActionError('no_target', `The targets file names no command ${given.command}`, { settled: true });
}
