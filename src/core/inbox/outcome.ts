// What one request came to: counts for its sender, and what it changed of each incident.

import type { Withheld, WithheldReason } from '../suppression/judge.ts';
import type { Suppression } from './episodes.ts';

/** What the sender is told. */
export interface RequestOutcome {
  accepted: number;
  duplicates: number;
  /** Of the accepted, those that a silence, a maintenance window or another alert keeps from incidents for now. */
  withheld: number;
  /** Incidents that the alerts belong to, new or repeated. */
  incidents: string[];
  /** Those of them that this request changed. */
  changed: string[];
  /** Those of them that this request opened. */
  opened: string[];
}

export interface AlertChange {
  alertId: string;
  /** `released`: it was withheld, still fires, and belongs to an incident now. */
  change: 'fired' | 'resolved' | 'released' | Suppression | WithheldReason;
  /** By what it is withheld. */
  withheld?: Withheld;
}

/** What one request changed of one incident; of none, for alerts that belong to none. */
export interface RequestChanges {
  incidentId: string | null;
  changes: AlertChange[];
}

export class RequestResult {
  accepted = 0;
  duplicates = 0;
  withheld = 0;
  readonly opened: string[] = [];
  readonly #incidents = new Set<string>();
  readonly #changes = new Map<string | null, AlertChange[]>();

  add(incidentId: string | null, change: AlertChange): void {
    if (incidentId !== null) this.belongsTo(incidentId);
    const same = this.#changes.get(incidentId);
    if (same) same.push(change);
    else this.#changes.set(incidentId, [change]);
  }

  belongsTo(incidentId: string): void {
    this.#incidents.add(incidentId);
  }

  outcome(): RequestOutcome {
    const { accepted, duplicates, withheld, opened } = this;
    const changed = [...this.#changes.keys()].filter((incidentId) => incidentId !== null);
    return { accepted, duplicates, withheld, incidents: [...this.#incidents], changed, opened };
  }

  changes(): RequestChanges[] {
    return [...this.#changes].map(([incidentId, changes]) => ({ incidentId, changes }));
  }
}
