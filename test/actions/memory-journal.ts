// The journal of the runner's port, kept in memory: it obeys the same rules as the one on Postgres.

import type { Effect, EffectJournal, EffectRecord } from '../../src/actions/journal.ts';
import { canonicalJson } from '../../src/core/canonical.ts';

export interface MemoryJournal extends EffectJournal {
  /** What was written, in order: `intent i/1`, `applied i/1`. */
  entries: string[];
  records: Map<string, EffectRecord>;
}

export function memoryJournal(): MemoryJournal {
  const records = new Map<string, EffectRecord>();
  const entries: string[] = [];
  return {
    entries,
    records,
    async find(key) {
      return structuredClone(records.get(key));
    },
    async intent(effect) {
      if (records.has(effect.key)) return 'exists';
      canonicalJson(effect);
      records.set(effect.key, { effect: structuredClone(effect) });
      entries.push(`intent ${effect.key}`);
      return 'recorded';
    },
    async outcome(effect, outcome) {
      canonicalJson(outcome);
      const stands = records.get(effect.key)?.outcome;
      const open =
        stands === undefined || stands.state === 'unknown' || (effect.role === 'undo' && stands.state === 'failed');
      if (!open) return stands;
      records.set(effect.key, structuredClone({ effect: records.get(effect.key)?.effect ?? effect, outcome }));
      entries.push(`${outcome.state} ${effect.key}`);
      return outcome;
    },
    async othersHolding(origin, target) {
      return [...records.values()]
        .filter(({ effect }) => effect.origin !== origin && effect.target === target && holds(effect, records))
        .map(({ effect }) => ({ key: effect.origin, ...(effect.expiresAt ? { expiresAt: effect.expiresAt } : {}) }));
    },
  };
}

function holds(effect: Effect, records: Map<string, EffectRecord>): boolean {
  if (effect.role !== 'apply' || effect.mode !== 'live' || effect.kind !== 'containment') return false;
  const state = records.get(effect.key)?.outcome?.state;
  return (state === undefined || state === 'applied' || state === 'unknown') && !records.has(`${effect.key}/undo`);
}
