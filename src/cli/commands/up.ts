import { resolve } from 'node:path';
import type { Config } from '../../config.ts';
import type { Running } from '../../service/index.ts';
import type { Cli, DefineCommand } from '../cli.ts';
import { printFields } from '../format/table.ts';
import { leaf } from '../options.ts';
import { openProgress } from '../progress.ts';
import { serve } from '../serve.ts';
import { adminKeyPath } from '../server.ts';

export const up: DefineCommand = (cli) =>
  leaf('up', 'everything in one process: embedded Temporal and Postgres, gateway, workers', [
    'firebreak up',
    'PORT=9090 FIREBREAK_DIR=/var/lib/firebreak firebreak up',
  ]).action(async () => {
    const config = cli.config();
    const progress = openProgress(cli.terminal.stderr);
    try {
      // Here and not above: other commands need not wait for Temporal's SDK to load.
      const { runUp } = await import('../../service/index.ts');
      await serve(
        cli,
        () => runUp(config, progress),
        (running) => {
          progress.end();
          cli.show(summary(config, running), () => print(cli, config, running));
        },
      );
    } finally {
      progress.end();
    }
  });

function summary(config: Config, { urls, adminKey }: Running) {
  return { ...urls, adminKey, adminKeyFile: adminKeyPath(config.dir), dir: config.dir };
}

function print(cli: Cli, config: Config, { urls, adminKey }: Running): void {
  const { line, style } = cli.terminal;
  const keyFile = adminKeyPath(config.dir);
  line();
  line(style('bold', 'Firebreak is up.'));
  printFields(cli.terminal, [
    ['Console', urls.console],
    ['API', urls.api],
    ['Temporal UI', urls.temporalUi],
    ["Administrator's key", adminKey ? `${adminKey}  (kept in ${keyFile})` : `in ${keyFile}`],
  ]);
  line();
  line('See a first incident, from another terminal:');
  for (const command of nextCommands) line(`  ${prefix(config)}${command}`);
  line();
  line(style('dim', 'Ctrl-C stops; starting again resumes every incident.'));
}

const nextCommands = ['npx firebreak send brute-force', 'npx firebreak incidents list'];

/** The other terminal does not know of another state folder. */
const prefix = ({ dir }: Config): string => (dir === resolve('.firebreak') ? '' : `FIREBREAK_DIR=${dir} `);
