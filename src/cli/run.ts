// Runs one command line to its exit code. Everything that goes wrong ends here as a sentence or, with --json, as JSON.

import type { Command } from 'commander';
import { type Cli, type Io, openCli } from './cli.ts';
import { exitCodes, type Failure, failureOf } from './errors.ts';
import { clean, cleanLines } from './format/text.ts';
import { buildProgram, pathOf } from './program.ts';

/** `args` are those after the program's name. Never throws. */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  const cli = openCli(io);
  const program = buildProgram(cli);
  if (args.length === 0) {
    program.outputHelp();
    return exitCodes.ok;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) return exitCodes.ok;
    // Before the arguments are parsed nobody has asked for JSON otherwise.
    if (cli.json || args.includes('--json')) printJson(cli, failure);
    else await print(cli, failure, program, args);
    return failure.exitCode;
  }
}

function printJson(cli: Cli, { code, message }: Failure): void {
  cli.terminal.note(JSON.stringify({ error: { code, message } }));
}

async function print(cli: Cli, failure: Failure, program: Command, args: readonly string[]): Promise<void> {
  const { terminal } = cli;
  terminal.note(`error: ${cleanLines(failure.stack ?? failure.message)}`);
  if (failure.stack !== undefined) {
    const { logFileOf } = await import('../service/logger.ts');
    terminal.note(`This is a fault of Firebreak. The log of what ran before: ${logFileOf(cli.config().dir)}`);
  }
  if (failure.code === 'usage_error') {
    const named = namedCommand(program, args);
    terminal.note(`See: firebreak ${named === program ? '' : `${clean(pathOf(named))} `}--help`);
  }
}

/** The deepest command that the arguments name. */
function namedCommand(program: Command, args: readonly string[]): Command {
  let named = program;
  for (const arg of args) {
    const next = named.commands.find((command) => command.name() === arg);
    if (next) named = next;
  }
  return named;
}
