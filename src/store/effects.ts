// Effects on the world: what is intended, and what came of it, each with its audit entry in the same transaction. Somebody
// waits for both, so that each transaction waits for the database but twice.

import type { Effect, EffectJournal, EffectRecord, Holder } from '../actions/journal.ts';
import type { ActionOutcome } from '../core/action-outcome.ts';
import type { Json } from '../core/canonical.ts';
import { auditAppend } from './audit.ts';
import type { Store } from './database.ts';
import { patiently } from './patiently.ts';
import { inPipelinedTransaction, type Send } from './pipelined.ts';

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
  onIntent?: (send: Send, effect: Effect) => Promise<void>;
  onOutcome?: (send: Send, effect: Effect, outcome: ActionOutcome) => void;
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

async function findEffect(store: Store, key: string): Promise<EffectRecord | undefined> {
  const row = await store.selectFrom('effects').select(['effect', 'outcome']).where('key', '=', key).executeTakeFirst();
  return row && { effect: row.effect, ...(row.outcome && { outcome: row.outcome }) };
}

async function recordIntent(options: EffectJournalOptions, effect: Effect): Promise<'recorded' | 'exists'> {
  return inPipelinedTransaction(options.store, async (send) => {
    const at = options.now().toISOString();
    const inserted = await send((store) =>
      store
        .insertInto('effects')
        .values({ ...rowOf(options.incidentId, effect), intent_at: at })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returning('key'),
    );
    if (inserted.length === 0) return 'exists';
    await options.onIntent?.(send, effect);
    const { requestedBy, approvalId, incidentId } = options;
    const data = { effect: effect as unknown as Json, approvalId };
    const entry = { at, actor: requestedBy, kind: 'action_intent', incidentId, key: `${effect.key}/intent`, data };
    void send(auditAppend([entry]));
    return 'recorded';
  });
}

async function recordOutcome(options: EffectJournalOptions, effect: Effect, outcome: ActionOutcome) {
  return inPipelinedTransaction(options.store, async (send): Promise<ActionOutcome> => {
    const before = await lockEffect(send, options.incidentId, effect);
    if (before && !mayReplace(effect, before)) return before;
    const at = options.now().toISOString();
    void send((store) =>
      store
        .updateTable('effects')
        .set({ outcome: JSON.stringify(outcome), outcome_at: at })
        .where('key', '=', effect.key),
    );
    options.onOutcome?.(send, effect, outcome);
    const { requestedBy, incidentId } = options;
    const data = { effect: effect as unknown as Json, outcome: outcome as unknown as Json };
    void send(auditAppend([{ at, actor: requestedBy, kind: 'action_outcome', incidentId, data }]));
    return outcome;
  });
}

/** The outcome so far. The row is made first where there was no intent; updating its key to itself locks it. */
async function lockEffect(send: Send, incidentId: string, effect: Effect): Promise<ActionOutcome | null> {
  const [row] = await send((store) =>
    store
      .insertInto('effects')
      .values(rowOf(incidentId, effect))
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ key: effect.key }))
      .returning('outcome'),
  );
  return row?.outcome ?? null;
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
