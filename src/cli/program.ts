// All commands as one program. Writes and exits nowhere by itself: run.ts does.

import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { Cli } from './cli.ts';
import { commandGroups } from './commands/index.ts';

const environmentHelp = `
Environment:
  FIREBREAK_URL, FIREBREAK_API_KEY  the server and your key; default: the local ones of FIREBREAK_DIR
  FIREBREAK_DIR                     where state is kept; default: .firebreak
  NO_COLOR                          no colours

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration

Start here:
  $ firebreak up                    in one terminal
  $ firebreak send brute-force      in another
  $ firebreak incidents list`;

/** Where the terminal does not tell its own. */
const helpWidth = 100;

export function buildProgram(cli: Cli): Command {
  const { stdout, stderr } = cli.terminal;
  const program = new Command('firebreak')
    .description('Durable incident response: alerts in, one workflow per incident, approvals, reversible containment.')
    .version(packageJson.version)
    .option('--json', 'print JSON, and nothing else, on stdout')
    .helpCommand('help [command]', 'help for a command')
    .addHelpText('after', environmentHelp)
    .hook('preAction', (_program, command) => {
      cli.json = command.optsWithGlobals().json === true;
    });
  for (const { title, commands } of commandGroups) {
    program.commandsGroup(title);
    for (const define of commands) program.addCommand(define(cli));
  }
  for (const command of allCommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHelpWidth: () => stdout.columns || helpWidth,
      getErrHelpWidth: () => stderr.columns || helpWidth,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      // run.ts prints it, as text or as JSON.
      outputError: () => {},
    });
  }
  return program;
}

/** The command itself and all below it. */
export function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** `incidents list`: as it is typed, without the program. */
export function pathOf(command: Command): string {
  return command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
