// Alert notes in order, each once. Several relays may deliver the same notes, or later ones before earlier ones;
// positions are gapless, so one number says what was seen and the few that came early wait for their gap to fill.

import type { Severity } from '../severity.ts';

/** One change of one alert, in the order that Postgres gave it. Slim: the alert itself is in Postgres. */
export interface AlertNote {
  /** 1, 2, 3 … within the incident, gapless: the workflow's whole memory of what it has seen is one number. */
  position: number;
  alertId: string;
  /** `left`: taken out again with an incident that had been merged into this one. */
  change: 'fired' | 'resolved' | 'moved' | 'left';
  /** How many of the incident's alerts fire after this change. */
  firingAfter: number;
  severityHint: Severity | null;
  title: string;
}

export interface SortedNotes {
  /** Those that follow what was seen, in order. */
  ready: AlertNote[];
  /** Those beyond a gap. */
  early: AlertNote[];
}

export function sortNotes(seenThrough: number, arrived: readonly AlertNote[]): SortedNotes {
  const byPosition = new Map(
    arrived.filter((note) => note.position > seenThrough).map((note) => [note.position, note]),
  );
  const ready: AlertNote[] = [];
  for (let next = seenThrough + 1; byPosition.has(next); next += 1) {
    const note = byPosition.get(next);
    if (note) ready.push(note);
    byPosition.delete(next);
  }
  return { ready, early: [...byPosition.values()].sort((a, b) => a.position - b.position) };
}
