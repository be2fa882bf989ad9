// Effects on the world: what is intended, and what came of it, each with its audit entry in the same transaction.

import type { Effect, EffectJournal, EffectRecord, Holder } from '../actions/journal.ts';
import type { ActionOutcome } from '../core/action-outcome.ts';
import type { Json } from '../core/canonical.ts';
import { appendAudit } from './audit.ts';
import type { Store, Trx } from './database.ts';
import { patiently } from './patiently.ts';

export interface EffectJournalOptions {
  store: Store;
  incidentId: string;
  /** Who it is done for: goes on the audit log with every intent. */
  requestedBy: string;
  approvalId: string | null;
  now: () => Date;
  /** Ends the waiting for a database that is away. */
  signal?: AbortSignal;
  /** Further writes that belong into the transaction of an intent or an outcome. */
  onIntent?: (trx: Trx, effect: Effect) => Promise<void>;
  onOutcome?: (trx: Trx, effect: Effect, outcome: ActionOutcome) => Promise<void>;
}

/** Below what workflows/proxies.ts gives an attempt beside its action. */
const databaseAwayMs = 5 * 60_000;

/**
 * Once there is an intent, only this attempt knows what was done: it waits for a database that is away rather than
 * leaving people with an unknown outcome. An intent that fails is not tried again: nothing is done without one.
 */
export function effectJournal(options: EffectJournalOptions): EffectJournal {
  const bounds = { withinMs: databaseAwayMs, ...(options.signal && { signal: options.signal }) };
  return {
    find: (key) => patiently(() => findEffect(options.store, key), bounds),
    intent: (effect) => recordIntent(options, effect),
    outcome: (effect, outcome) => patiently(() => recordOutcome(options, effect, outcome), bounds),
    othersHolding: (origin, target) => patiently(() => othersHolding(options.store, origin, target), bounds),
  };
}

async function findEffect(store: Store | Trx, key: string): Promise<EffectRecord | undefined> {
  const row = await store.selectFrom('effects').select(['effect', 'outcome']).where('key', '=', key).executeTakeFirst();
  return row && { effect: row.effect, ...(row.outcome && { outcome: row.outcome }) };
}

async function recordIntent(options: EffectJournalOptions, effect: Effect): Promise<'recorded' | 'exists'> {
  return options.store.transaction().execute(async (trx) => {
    const at = options.now().toISOString();
    const inserted = await trx
      .insertInto('effects')
      .values({ ...rowOf(options.incidentId, effect), intent_at: at })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .execute();
    if (inserted.length === 0) return 'exists';
    await options.onIntent?.(trx, effect);
    const { requestedBy, approvalId, incidentId } = options;
    await appendAudit(trx, [
      {
        at,
        actor: requestedBy,
        kind: 'action_intent',
        incidentId,
        key: `${effect.key}/intent`,
        data: { effect: effect as unknown as Json, approvalId },
      },
    ]);
    return 'recorded';
  });
}

async function recordOutcome(options: EffectJournalOptions, effect: Effect, outcome: ActionOutcome) {
  return options.store.transaction().execute(async (trx): Promise<ActionOutcome> => {
    const before = await lockEffect(trx, options.incidentId, effect);
    if (before && !mayReplace(effect, before)) return before;
    const at = options.now().toISOString();
    await trx
      .updateTable('effects')
      .set({ outcome: JSON.stringify(outcome), outcome_at: at })
      .where('key', '=', effect.key)
      .execute();
    await options.onOutcome?.(trx, effect, outcome);
    await appendAudit(trx, [
      {
        at,
        actor: options.requestedBy,
        kind: 'action_outcome',
        incidentId: options.incidentId,
        data: { effect: effect as unknown as Json, outcome: outcome as unknown as Json },
      },
    ]);
    return outcome;
  });
}

/** The outcome so far. The row is made first where there was no intent; updating its key to itself locks it. */
async function lockEffect(trx: Trx, incidentId: string, effect: Effect): Promise<ActionOutcome | null> {
  const row = await trx
    .insertInto('effects')
    .values(rowOf(incidentId, effect))
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ key: effect.key }))
    .returning('outcome')
    .executeTakeFirstOrThrow();
  return row.outcome;
}

function mayReplace(effect: Effect, before: ActionOutcome): boolean {
  return before.state === 'unknown' || (effect.role === 'undo' && before.state === 'failed');
}

function rowOf(incidentId: string, effect: Effect) {
  const { key, origin, role, target, mode } = effect;
  return { key, incident_id: incidentId, origin, role, target, mode, effect: JSON.stringify(effect) };
}

async function othersHolding(store: Store, origin: string, target: string): Promise<Holder[]> {
  const rows = await store
    .selectFrom('effects as apply')
    .select(['apply.key', 'apply.effect'])
    .where('apply.target', '=', target)
    .where('apply.mode', '=', 'live')
    .where('apply.role', '=', 'apply')
    .where('apply.origin', '<>', origin)
    .where('apply.intent_at', 'is not', null)
    .where((eb) =>
      eb.or([eb('apply.outcome', 'is', null), eb(eb.ref('apply.outcome', '->>').key('state'), '<>', 'failed')]),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('effects as undo')
            .select('undo.key')
            .whereRef('undo.origin', '=', 'apply.key')
            .where('undo.role', '=', 'undo')
            .where('undo.intent_at', 'is not', null),
        ),
      ),
    )
    .execute();
  return rows
    .filter(({ effect }) => effect.kind === 'containment')
    .map(({ key, effect }) => ({ key, ...(effect.expiresAt && { expiresAt: effect.expiresAt }) }));
}
