// Alerts that wait for others of their group until there are enough for an incident: those that are known, and those of
// the batch.

import type { Withheld } from '../suppression/judge.ts';
import type { InboxKnowledge } from './known.ts';

export class Waiting {
  readonly #sinceMs = new Map<string, number[]>();

  constructor(known: InboxKnowledge['waiting']) {
    for (const { groupId, sinceMs } of known) this.#put(groupId, sinceMs);
  }

  add({ groupId, since }: Withheld): void {
    if (groupId !== undefined && since !== undefined) this.#put(groupId, Date.parse(since));
  }

  /** It is withheld by something else now. */
  remove({ groupId, since }: Withheld): void {
    if (groupId === undefined || since === undefined) return;
    const same = this.#sinceMs.get(groupId) ?? [];
    const index = same.indexOf(Date.parse(since));
    if (index >= 0) same.splice(index, 1);
  }

  sinceMs(groupId: string): readonly number[] {
    return this.#sinceMs.get(groupId) ?? [];
  }

  #put(groupId: string, sinceMs: number): void {
    const same = this.#sinceMs.get(groupId);
    if (same) same.push(sinceMs);
    else this.#sinceMs.set(groupId, [sinceMs]);
  }
}
