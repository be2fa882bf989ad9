// Asks for something that must be done only once, however often it is asked for.

import { ApiError, post } from './client.ts';

/** Keys of requests of which nobody knows whether they were taken: the same again has the same key. */
const unanswered = new Map<string, string>();

const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Throws ApiError for a refusal. */
export async function postOnce<T>(address: string, body: object): Promise<T> {
  const request = `${address} ${JSON.stringify(body)}`;
  const idempotencyKey = unanswered.get(request) ?? newKey();
  unanswered.set(request, idempotencyKey);
  try {
    const answer = await post<T>(address, body, { idempotencyKey });
    unanswered.delete(request);
    return answer;
  } catch (error) {
    // A refusal is an answer; a failure may have come after it was done.
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) unanswered.delete(request);
    throw error;
  }
}
