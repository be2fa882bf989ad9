// Keeps a Firebreak process running until it ends or is told to: the first Ctrl-C stops cleanly, a second one at once.

import type { Running } from '../service/index.ts';
import type { Cli } from './cli.ts';
import { CliError } from './errors.ts';

/** What shells say of a process that Ctrl-C ended. */
const exitCodeAtOnce = 130;
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export async function serve(cli: Cli, start: () => Promise<Running>, onReady: (running: Running) => void) {
  const asked = Promise.withResolvers<void>();
  let isAsked = false;
  const stop = (): void => {
    if (isAsked) process.exit(exitCodeAtOnce);
    isAsked = true;
    cli.terminal.note('\nStopping; once more stops at once');
    asked.resolve();
  };
  for (const signal of stopSignals) cli.signals.on(signal, stop);
  try {
    const running = await start();
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
  }
}
