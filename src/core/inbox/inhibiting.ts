// Which alerts inhibit others once a batch is in: those that are known to fire, without what the batch ends, and with
// what it begins.

import { type InhibitionRule, type Inhibitor, inhibitsUnder } from '../suppression/inhibition.ts';
import type { Episodes } from './episodes.ts';

/** An alert of the batch that inhibits others from now on. */
export interface NewInhibitor {
  ruleKey: string;
  key: string;
  alertId: string;
  isTarget: boolean;
}

export class Inhibiting {
  readonly added: NewInhibitor[] = [];
  readonly #byKey = new Map<string, Inhibitor[]>();

  constructor(known: readonly Inhibitor[], episodes: Episodes, rules: readonly InhibitionRule[]) {
    for (const inhibitor of known) {
      if (episodes.get(inhibitor.alertId)?.status !== 'resolved') this.#put(inhibitor);
    }
    if (rules.length === 0) return;
    for (const { added, status, alertId, startsAtMs } of episodes.all()) {
      if (!added || status !== 'firing') continue;
      for (const { ruleKey, key, isTarget } of inhibitsUnder(added.alert, rules)) {
        this.added.push({ ruleKey, key, alertId, isTarget });
        this.#put({ key, alertId, isTarget, startsAtMs, title: added.alert.title });
      }
    }
  }

  under(key: string): readonly Inhibitor[] {
    return this.#byKey.get(key) ?? [];
  }

  #put(inhibitor: Inhibitor): void {
    const same = this.#byKey.get(inhibitor.key);
    if (same) same.push(inhibitor);
    else this.#byKey.set(inhibitor.key, [inhibitor]);
  }
}
