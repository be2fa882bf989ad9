// Sends a command and follows it.

import type { Command } from '../../contract/api/index.ts';
import { ApiError, get, path } from './client.ts';
import { postOnce } from './once.ts';

const followEveryMs = 2_000;

/** Resolves with the command as it stands then: done or pending. Throws ApiError for a refusal. */
export const sendCommand = (address: string, body: object): Promise<Command> => postOnce<Command>(address, body);

/**
 * Resolves when it is done or refused, for as long as the console is open: the relay does not give up either. Throws when
 * it may not be asked for any more, as after signing out.
 */
export async function followCommand(command: Command): Promise<Command> {
  let latest = command;
  while (latest.status === 'pending') {
    await new Promise((resolve) => setTimeout(resolve, followEveryMs));
    latest = await get<Command>(path('commands', command.id)).catch((error: unknown) => {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) throw error;
      return latest;
    });
  }
  return latest;
}
