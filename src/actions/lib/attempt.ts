// One bounded try at the world, or one look at it, whose every end is a value.

import type { ZodError } from 'zod';
import type { ActionFailure } from '../../core/action-outcome.ts';
import { canonicalJson, type Json } from '../../core/canonical.ts';
import { type Action, type ActionContext, ActionError, type ReadBack } from '../action.ts';

/** How long an aborted attempt may take to clean up after itself. */
const graceMs = 1_000;
const readBackTimeoutMs = 30_000;

export type Attempt<Value> =
  | { done: true; value: Value }
  /** `abandoned`: it did not stop when told to, so it may still do something. */
  | { done: false; error: unknown; abandoned: boolean };

export async function bounded<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  limits: { signal?: AbortSignal; timeoutMs: number },
): Promise<Attempt<Value>> {
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const signal = limits.signal === undefined ? timeout : AbortSignal.any([limits.signal, timeout]);
  let overdue: NodeJS.Timeout | undefined;
  const abandoned = new Promise<Attempt<Value>>((resolve) => {
    const begin = () => {
      overdue = setTimeout(() => resolve({ done: false, error: signal.reason, abandoned: true }), graceMs);
    };
    if (signal.aborted) begin();
    else signal.addEventListener('abort', begin, { once: true });
  });
  const attempt = (async (): Promise<Attempt<Value>> => {
    try {
      return { done: true, value: await work(signal) };
    } catch (error) {
      return { done: false, error, abandoned: false };
    }
  })();
  try {
    return await Promise.race([attempt, abandoned]);
  } finally {
    clearTimeout(overdue);
  }
}

/** Is the effect in the world, or, `after` an undo, still there? Bounded, and `unknown` where it cannot be told. */
export async function readWorld(
  action: Action,
  params: Json,
  evidence: Json | undefined,
  context: ActionContext,
  after?: { undone: Json | undefined },
): Promise<ReadBack> {
  if (!action.live(params, context.targets)) {
    return { state: 'unknown', detail: 'The targets file names no real target for it any more' };
  }
  // Not bound to the caller's signal: a cancelled attempt must be read back too.
  const look = await bounded(
    (signal) =>
      after !== undefined && action.verifyUndone !== undefined
        ? action.verifyUndone(params, evidence ?? null, { ...context, signal }, after.undone)
        : action.verify(params, evidence, { ...context, signal }),
    { timeoutMs: readBackTimeoutMs },
  );
  if (look.done) return look.value;
  return { state: 'unknown', detail: `Reading it back failed: ${failureOf(look.error).message}` };
}

export function failureOf(error: unknown): ActionFailure {
  if (error instanceof ActionError) return { code: error.code, message: oneLine(error.message) };
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { code: 'timed_out', message: 'It took longer than it may' };
  }
  if (error instanceof Error && error.name === 'AbortError') return { code: 'cancelled', message: 'It was cancelled' };
  return { code: 'action_error', message: oneLine(error instanceof Error ? error.message : String(error)) };
}

export function paramsFailure(error: ZodError): ActionFailure {
  const problems = error.issues.map((issue) => `${issue.path.map(String).join('.') || 'params'}: ${issue.message}`);
  return { code: 'params_invalid', message: oneLine(`The parameters are wrong: ${problems.join('; ')}`) };
}

/** Every store can keep it: JSON has a text for it, and there is no NUL, which Postgres refuses. */
export function storable(value: unknown): boolean {
  try {
    return !/(?<!\\)(\\\\)*\\u0000/.test(canonicalJson(value));
  } catch {
    return false;
  }
}

/** For timelines: no line breaks or control characters, and an end. */
export function oneLine(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/\s*[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length > 500 ? `${line.slice(0, 499).toWellFormed()}…` : line;
}

export const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
