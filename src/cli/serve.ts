// Keeps a Firebreak process running until it ends or is told to: the first Ctrl-C stops cleanly, a second one at once.
// SIGHUP reads the response plan again; in a terminal it says that the terminal is gone, and stops.

import type { Running } from '../service/index.ts';
import type { Cli } from './cli.ts';
import { CliError } from './errors.ts';

/** What shells say of a process that Ctrl-C ended. */
const exitCodeAtOnce = 130;
const stopSignals = ['SIGINT', 'SIGTERM'] as const;

export async function serve(cli: Cli, start: () => Promise<Running>, onReady: (running: Running) => void) {
  const asked = Promise.withResolvers<void>();
  let isAsked = false;
  const stop = (): void => {
    if (isAsked) process.exit(exitCodeAtOnce);
    isAsked = true;
    cli.terminal.note('\nStopping; once more stops at once');
    asked.resolve();
  };
  let running: Running | undefined;
  const isTerminal = cli.terminal.stderr.isTTY === true;
  const hangUp = (): void => {
    if (isTerminal) stop();
    else
      void running?.reloadPlan().catch((error) => cli.terminal.note(`The plan was not read again: ${error.message}`));
  };
  for (const signal of stopSignals) cli.signals.on(signal, stop);
  cli.signals.on('SIGHUP', hangUp);
  try {
    running = await start();
    if (!isAsked) onReady(running);
    const ended = await Promise.race([asked.promise, running.stopped]);
    if (ended === undefined) {
      await running.stop();
      cli.terminal.note('Stopped; starting again goes on where it was');
    } else if (ended.exitCode !== 0) {
      throw new CliError('stopped', ended.reason ?? 'Firebreak stopped by itself');
    }
  } finally {
    for (const signal of stopSignals) cli.signals.off(signal, stop);
    cli.signals.off('SIGHUP', hangUp);
  }
}
