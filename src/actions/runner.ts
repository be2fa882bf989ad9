// The one place that wraps an action: guard → intent → apply → read back → outcome, so that an effect happens once
// through every crash between two lines. Knows nothing of Temporal, SQL or incidents. Undo is in undo.ts.

import type { ActionFailure, ActionOutcome } from '../core/action-outcome.ts';
import { canonicalJson, type Json } from '../core/canonical.ts';
import { atSite } from '../fault-sites.ts';
import {
  type Action,
  type ActionContext,
  ActionError,
  type Applied,
  type GuardFacts,
  isIdempotent,
  type ReadBack,
} from './action.ts';
import { type Effect, type EffectJournal, type EffectRecord, extensionKey, undoKey } from './journal.ts';
import {
  type Attempt,
  bounded,
  failureOf,
  lowerFirst,
  oneLine,
  paramsFailure,
  readWorld,
  storable,
} from './lib/attempt.ts';
import type { Targets } from './targets.ts';

export interface RunOptions {
  /** The idempotency key of the effect. */
  key: string;
  targets: Targets;
  facts: GuardFacts;
  journal: EffectJournal;
  signal: AbortSignal;
  progress(detail: string): void;
}

export interface ApplyOptions extends RunOptions {
  mode: 'simulate' | 'live';
  /** When the containment ends. ISO-8601. */
  expiresAt?: string;
}

/** The caller mixed up two effects. Never retried: it would fail again. */
export class EffectKeyError extends Error {
  readonly code: 'effect_key_reused' | 'effect_missing';

  constructor(code: EffectKeyError['code'], message: string) {
    super(message);
    this.name = 'EffectKeyError';
    this.code = code;
  }
}

/**
 * Applies an action once per key, however often it is called with it. What came of it is in the outcome, which is
 * recorded when this returns.
 * @throws EffectKeyError, and what the journal throws; after the latter, calling again is safe
 */
export async function runAction(action: Action, params: Json, options: ApplyOptions): Promise<ActionOutcome> {
  return perform(action, params, options, 'apply', options.key);
}

/**
 * Makes what `key` applied last until another time.
 * @throws EffectKeyError, and what the journal throws; after the latter, calling again is safe
 */
export async function extendAction(
  action: Action,
  options: RunOptions & { expiresAt: string },
): Promise<ActionOutcome> {
  const origin = await options.journal.find(options.key);
  if (origin === undefined) throw new EffectKeyError('effect_missing', `No effect is recorded as ${options.key}`);
  const { params, mode } = origin.effect;
  return perform(action, params, { ...options, mode }, 'extend', extensionKey(options.key, options.expiresAt));
}

async function perform(
  action: Action,
  params: Json,
  options: ApplyOptions,
  role: 'apply' | 'extend',
  key: string,
): Promise<ActionOutcome> {
  const { journal, targets } = options;
  const found = await journal.find(key);
  const storableParams = storable(params);
  const parsed = action.params.safeParse(storableParams ? params : null);
  const valid = parsed.success;
  const effect: Effect = {
    key,
    role,
    origin: options.key,
    action: action.name,
    kind: action.kind,
    target: valid ? action.target(parsed.data) : `action:${action.name}`,
    description: oneLine(valid ? action.describe(parsed.data) : action.title),
    params: valid ? (parsed.data as Json) : storableParams ? params : null,
    mode: valid && options.mode === 'live' && action.live(parsed.data, targets) ? 'live' : 'simulate',
    ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
  };
  if (found !== undefined) return resume(action, found, effect, options);
  if (!storableParams) return refuse(effect, unstorable, journal);
  if (!valid) return refuse(effect, paramsFailure(parsed.error), journal);
  const refusal = action.refuse(parsed.data, options.facts, targets);
  if (refusal !== undefined) return refuse(effect, { code: refusal.code, message: refusal.reason }, journal);
  if (effect.mode === 'simulate') return journal.outcome(effect, simulated(effect, options.mode));

  await atSite('action.before-intent');
  // A check reads only, so an attempt that was cut short leaves nothing in doubt.
  if (action.kind !== 'check' && (await journal.intent(effect)) === 'exists') {
    const other = await journal.find(key);
    if (other === undefined) throw new EffectKeyError('effect_missing', `The journal lost ${key}`);
    return resume(action, other, effect, options);
  }
  await atSite('action.after-intent');
  return apply(action, effect, options);
}

const unstorable: ActionFailure = {
  code: 'params_invalid',
  message: 'The parameters hold text that no store can keep: a NUL, or half a surrogate pair',
};

function refuse(effect: Effect, refusal: ActionFailure, journal: EffectJournal): Promise<ActionOutcome> {
  const detail = oneLine(`Refused to ${lowerFirst(effect.description)}: ${refusal.message}`);
  return journal.outcome(effect, { state: 'refused', detail, refusal });
}

function simulated(effect: Effect, asked: ApplyOptions['mode']): ActionOutcome {
  const why = asked === 'live' ? ' (the targets file names no real target for it)' : '';
  return { state: 'simulated', detail: oneLine(`Simulated: would ${lowerFirst(effect.description)}${why}`) };
}

/** Another attempt came first. Without its outcome, it died, or it is still under way. */
async function resume(
  action: Action,
  found: EffectRecord,
  effect: Effect,
  options: ApplyOptions,
): Promise<ActionOutcome> {
  if (found.effect.action !== effect.action || canonicalJson(found.effect.params) !== canonicalJson(effect.params)) {
    throw new EffectKeyError(
      'effect_key_reused',
      `${effect.key} is recorded for "${found.effect.description}" and was now used for "${effect.description}"`,
    );
  }
  if (found.outcome !== undefined) return found.outcome;
  const seen = await readWorld(action, found.effect.params, undefined, contextOf(found.effect, options));
  if (seen.state === 'absent' && isIdempotent(action, found.effect.params, options.targets))
    return apply(action, found.effect, options);
  if (seen.state === 'applied')
    return finish(found.effect, applied(found.effect, seen, seen.evidence ?? null), options);
  const failure = { code: 'attempt_cut_short', message: `An attempt was cut short. ${oneLine(seen.detail)}` };
  return finish(found.effect, { state: 'unknown', ...told(found.effect, failure) }, options);
}

async function apply(action: Action, effect: Effect, options: ApplyOptions): Promise<ActionOutcome> {
  // After the intent, as an undo looks for the effect after its own intent: so one of the two sees the other.
  if (action.undo !== undefined && (await options.journal.find(undoKey(effect.origin)))) {
    return refuse(effect, { code: 'already_undone', message: 'its undo has begun' }, options.journal);
  }
  const context = contextOf(effect, options);
  const attempt = await bounded((signal) => action.apply(effect.params, { ...context, signal }), {
    signal: options.signal,
    timeoutMs: action.timeoutMs,
  });
  await atSite('action.after-apply');
  if (action.kind === 'check') return finish(effect, outcomeOfCheck(effect, attempt), options);
  if (!attempt.done && attempt.error instanceof ActionError && attempt.error.settled) {
    return finish(
      effect,
      { state: 'failed', ...told(effect, failureOf(attempt.error), attempt.error.evidence) },
      options,
    );
  }
  const evidence = attempt.done ? attempt.value.evidence : undefined;
  const seen = await readWorld(action, effect.params, evidence, context);
  return finish(effect, outcomeOfApply(effect, attempt, seen), options);
}

function outcomeOfCheck(effect: Effect, attempt: Attempt<Applied>): ActionOutcome {
  if (attempt.done) {
    return { state: 'check_passed', detail: oneLine(attempt.value.detail), evidence: attempt.value.evidence };
  }
  const evidence = attempt.error instanceof ActionError ? attempt.error.evidence : undefined;
  return { state: 'check_failed', ...told(effect, failureOf(attempt.error), evidence) };
}

/** What the world shows outweighs what the attempt said of itself. */
function outcomeOfApply(effect: Effect, attempt: Attempt<Applied>, seen: ReadBack): ActionOutcome {
  const evidence = attempt.done ? attempt.value.evidence : undefined;
  if (seen.state === 'applied') {
    return applied(effect, seen, evidence ?? seen.evidence ?? null, attempt.done ? attempt.value.detail : undefined);
  }
  const failure = attempt.done
    ? { code: 'not_seen', message: `It was done, but reading back: ${lowerFirst(seen.detail)}` }
    : failureOf(attempt.error);
  // An abandoned attempt may still reach the world after this look at it.
  const certain = seen.state === 'absent' && (attempt.done || !attempt.abandoned);
  return { state: certain ? 'failed' : 'unknown', ...told(effect, failure, evidence) };
}

function applied(effect: Effect, seen: ReadBack, evidence: Json, detail = effect.description): ActionOutcome {
  return { state: 'applied', detail: oneLine(detail), evidence, readBack: oneLine(seen.detail) };
}

/** The parts that every outcome with a failure has. */
export function told(effect: Effect, failure: ActionFailure, evidence?: Json) {
  const detail = oneLine(`${effect.description}: ${lowerFirst(failure.message)}`);
  return evidence === undefined ? { detail, failure } : { detail, failure, evidence };
}

async function finish(effect: Effect, outcome: ActionOutcome, options: RunOptions): Promise<ActionOutcome> {
  const standing = await options.journal.outcome(effect, outcome);
  await atSite('action.after-outcome');
  return standing;
}

export function contextOf(effect: Effect, options: RunOptions): ActionContext {
  return {
    key: effect.key,
    targets: options.targets,
    signal: options.signal,
    progress: options.progress,
    ...(effect.expiresAt === undefined ? {} : { expiresAt: effect.expiresAt }),
    ...(effect.role === 'undo' ? { undoes: effect.origin } : {}),
  };
}
