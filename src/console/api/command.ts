// Sends a command and follows it.

import type { Command } from '../../contract/api/index.ts';
import { ApiError, get, path, post } from './client.ts';

const followEveryMs = 2_000;

/** Keys of requests that got no answer: the same request again has the same key, and is done only once. */
const unanswered = new Map<string, string>();

const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Resolves with the command as it stands then: done or pending. Throws ApiError for a refusal. */
export async function sendCommand(address: string, body: object): Promise<Command> {
  const request = `${address} ${JSON.stringify(body)}`;
  const idempotencyKey = unanswered.get(request) ?? newKey();
  unanswered.set(request, idempotencyKey);
  try {
    const command = await post<Command>(address, body, { idempotencyKey });
    unanswered.delete(request);
    return command;
  } catch (error) {
    if (error instanceof ApiError && error.status > 0) unanswered.delete(request);
    throw error;
  }
}

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
