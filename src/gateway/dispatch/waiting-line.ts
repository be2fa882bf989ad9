// Incidents that wait to be told of their alerts: the worst first, and among equals the sources take turns.

import { type Severity, severities } from '../../core/severity.ts';
import { Turns } from '../turns.ts';

/** How urgent it is to tell an incident: the worst that its new alerts say, and the source that they are of. */
export interface Urgency {
  severity: Severity;
  source: string;
}

const unknown: Urgency = { severity: 'medium', source: '' };

export class WaitingLine {
  readonly #lines = severities.map(() => new Turns<string>());
  /** The rank at which each one waits; what stands in another line is passed over there. */
  readonly #ranks = new Map<string, number>();
  /** How many wait, by rank. */
  readonly #counts = severities.map(() => 0);

  get size(): number {
    return this.#ranks.size;
  }

  /** One that waits already is moved when it is more urgent now. */
  add(incidentId: string, { severity, source }: Urgency = unknown): void {
    const rank = severities.indexOf(severity);
    const waits = this.#ranks.get(incidentId);
    if (waits !== undefined && waits <= rank) return;
    if (waits !== undefined) this.#count(waits, -1);
    this.#ranks.set(incidentId, rank);
    this.#count(rank, 1);
    this.#lines[rank]?.push(source, incidentId);
  }

  /** @param atLeast only those of this severity or worse */
  take(count: number, atLeast: Severity = 'info'): string[] {
    const taken: string[] = [];
    for (const [rank, line] of this.#lines.entries()) {
      if (rank > severities.indexOf(atLeast)) break;
      while (taken.length < count && line.size > 0) {
        const incidentId = line.take();
        if (incidentId === undefined || this.#ranks.get(incidentId) !== rank) continue;
        this.#ranks.delete(incidentId);
        this.#count(rank, -1);
        taken.push(incidentId);
      }
    }
    return taken;
  }

  has(atLeast: Severity): boolean {
    const most = severities.indexOf(atLeast);
    return this.#counts.some((count, rank) => count > 0 && rank <= most);
  }

  #count(rank: number, by: number): void {
    this.#counts[rank] = (this.#counts[rank] ?? 0) + by;
  }
}
