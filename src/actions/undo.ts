// Takes an effect back: intent → undo → read back → outcome. What another containment still needs is left in place.

import type { ActionFailure, ActionOutcome } from '../core/action-outcome.ts';
import type { Json } from '../core/canonical.ts';
import { atSite } from '../fault-sites.ts';
import { type Action, ActionError, isIdempotent, type ReadBack } from './action.ts';
import { type Effect, type EffectRecord, type Holder, undoKey } from './journal.ts';
import { bounded, failureOf, lowerFirst, oneLine, readWorld } from './lib/attempt.ts';
import { contextOf, type RunOptions, told } from './runner.ts';

/**
 * Undoes what `key` applied. Calling it again after `failed` or `unknown` tries again, having read the world first;
 * after anything else it returns the same outcome.
 * @throws what the journal throws; calling again is then safe
 */
export async function undoAction(action: Action, params: Json, options: RunOptions): Promise<ActionOutcome> {
  const { journal, key } = options;
  const found = await journal.find(undoKey(key));
  if (found?.outcome !== undefined && found.outcome.state !== 'failed' && found.outcome.state !== 'unknown') {
    return found.outcome;
  }
  const origin = await journal.find(key);
  const effect = origin === undefined ? unseenEffect(action, params, key) : undoEffect(origin.effect);
  if (effect === undefined) {
    return { state: 'undone', detail: oneLine(`${action.title}: it was never applied, as its parameters are wrong`) };
  }
  const nothing = origin && nothingToUndo(action, origin, effect, options);
  if (nothing !== undefined) return journal.outcome(effect, nothing);

  await atSite('undo.before-intent');
  const began = found === undefined ? await journal.intent(effect) : 'exists';
  await atSite('undo.after-intent');
  // An apply that begins from now on sees this intent and stops. One that began in between is undone like any other.
  const applied = origin ?? (await journal.find(key));
  if (applied === undefined) {
    return finish(effect, { state: 'undone', detail: oneLine(`${effect.description}: it was never applied`) }, options);
  }
  // Only after the intent: of two undos at once, at least one then sees that the other no longer holds the effect.
  const holders = await holdersOf(effect, options);
  if (holders.length > 0) return finish(effect, leftInPlace(effect, holders), options);

  const evidence = evidenceOf(applied);
  const inDoubt = began === 'exists' || applied.outcome === undefined || applied.outcome.state === 'unknown';
  if (inDoubt) {
    const seen = await readWorld(action, effect.params, evidence, contextOf(effect, options), { undone: undefined });
    if (seen.state === 'absent') return finish(effect, undone(effect, seen), options);
    if (seen.state === 'unknown' && !isIdempotent(action, effect.params, options.targets)) {
      return finish(effect, { state: 'unknown', ...told(effect, cutShort(seen)) }, options);
    }
  }
  return takeBack(action, effect, evidence, options);
}

/** Is what `key` applied in the world now? For sweepers, and for the person who decides about an unknown outcome. */
export async function readBack(action: Action, options: RunOptions): Promise<ReadBack> {
  const origin = await options.journal.find(options.key);
  if (origin === undefined) return { state: 'unknown', detail: `No effect is recorded as ${options.key}` };
  const evidence = evidenceOf(origin) ?? undefined;
  return readWorld(action, origin.effect.params, evidence, contextOf(origin.effect, options));
}

function undoEffect({ expiresAt: _, ...origin }: Effect): Effect {
  const description = `Undo: ${lowerFirst(origin.description)}`;
  return { ...origin, key: undoKey(origin.key), role: 'undo', description };
}

/** For an apply that was asked for and has not reached the journal. */
function unseenEffect(action: Action, raw: Json, key: string): Effect | undefined {
  const parsed = action.params.safeParse(raw);
  if (!parsed.success) return undefined;
  const params = parsed.data;
  return undoEffect({
    key,
    role: 'apply',
    origin: key,
    action: action.name,
    kind: action.kind,
    target: action.target(params),
    description: action.describe(params),
    params: params as Json,
    mode: 'live',
  });
}

function nothingToUndo(
  action: Action,
  origin: EffectRecord,
  effect: Effect,
  { targets }: RunOptions,
): ActionOutcome | undefined {
  const state = origin.outcome?.state;
  if (origin.effect.mode === 'simulate' || state === 'simulated') {
    return { state: 'simulated', detail: oneLine(`Simulated: would undo ${lowerFirst(origin.effect.description)}`) };
  }
  if (state !== undefined && state !== 'applied' && state !== 'unknown') {
    return { state: 'undone', detail: oneLine(`${effect.description}: it was never applied (${state})`) };
  }
  if (action.undo !== undefined && action.undoable?.(effect.params, targets) !== false) return undefined;
  const refusal = { code: 'not_reversible', message: `there is no undo for it` };
  return {
    state: 'refused',
    detail: oneLine(`Refused to ${lowerFirst(effect.description)}: ${refusal.message}`),
    refusal,
  };
}

async function takeBack(action: Action, effect: Effect, evidence: Json, options: RunOptions): Promise<ActionOutcome> {
  const context = contextOf(effect, options);
  const attempt = await bounded(async (signal) => action.undo?.(effect.params, evidence, { ...context, signal }), {
    signal: options.signal,
    timeoutMs: action.timeoutMs,
  });
  await atSite('undo.after-apply');
  const late = await holdersOf(effect, options);
  if (late.length > 0) return finish(effect, await putBack(action, effect, late, options), options);
  if (!attempt.done && attempt.error instanceof ActionError && attempt.error.settled) {
    return finish(effect, { state: 'failed', ...told(effect, failureOf(attempt.error)) }, options);
  }
  const seen = await readWorld(action, effect.params, evidence, context, {
    undone: attempt.done ? attempt.value?.evidence : undefined,
  });
  if (seen.state === 'absent')
    return finish(effect, undone(effect, seen, attempt.done ? attempt.value : undefined), options);
  const failure = attempt.done
    ? { code: 'still_there', message: `It was undone, but reading back: ${lowerFirst(seen.detail)}` }
    : failureOf(attempt.error);
  return finish(effect, { state: seen.state === 'applied' ? 'failed' : 'unknown', ...told(effect, failure) }, options);
}

/** Another containment took hold of the same target while this one let go, so the undo may have hit its effect. */
async function putBack(
  action: Action,
  effect: Effect,
  holders: readonly Holder[],
  options: RunOptions,
): Promise<ActionOutcome> {
  const latest = holders
    .map((holder) => holder.expiresAt ?? '')
    .toSorted()
    .at(-1);
  const context = { ...contextOf(effect, options), ...(latest ? { expiresAt: latest } : {}) };
  const attempt = await bounded((signal) => action.apply(effect.params, { ...context, signal }), {
    signal: options.signal,
    timeoutMs: action.timeoutMs,
  });
  if (attempt.done) return leftInPlace(effect, holders);
  const failure = { code: 'not_put_back', message: `It could not be put back: ${failureOf(attempt.error).message}` };
  return { state: 'unknown', ...told(effect, failure) };
}

async function holdersOf(effect: Effect, options: RunOptions): Promise<readonly Holder[]> {
  return effect.kind === 'containment' ? options.journal.othersHolding(effect.origin, effect.target) : [];
}

function leftInPlace(effect: Effect, holders: readonly Holder[]): ActionOutcome {
  const stillHeldBy = holders.map((holder) => holder.key);
  return {
    state: 'undone',
    detail: oneLine(`${effect.description}: left in place, because ${stillHeldBy.join(', ')} still holds it`),
    stillHeldBy,
  };
}

function undone(effect: Effect, seen: ReadBack, did?: { detail: string; evidence: Json }): ActionOutcome {
  const detail = oneLine(`${did?.detail ?? effect.description}: ${lowerFirst(seen.detail)}`);
  return did === undefined ? { state: 'undone', detail } : { state: 'undone', detail, evidence: did.evidence };
}

function cutShort(seen: ReadBack): ActionFailure {
  return { code: 'attempt_cut_short', message: `An attempt was cut short. ${oneLine(seen.detail)}` };
}

function evidenceOf(origin: EffectRecord): Json {
  const outcome = origin.outcome;
  return outcome !== undefined && 'evidence' in outcome ? (outcome.evidence ?? null) : null;
}

async function finish(effect: Effect, outcome: ActionOutcome, options: RunOptions): Promise<ActionOutcome> {
  const standing = await options.journal.outcome(effect, outcome);
  await atSite('undo.after-outcome');
  return standing;
}
