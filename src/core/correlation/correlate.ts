// Correlation: does a new incident belong to an older one that is still open? Only where a triage rule says so.

import type { Correlate } from '../plan/rules.ts';
import { durationMs } from '../plan/values.ts';
import { compareSeverity, type Severity } from '../severity.ts';
import type { OpenIncident } from '../triage/facts.ts';

export interface NewIncident {
  id: string;
  service: string | null;
  severity: Severity;
  openedAt: string;
  drill: boolean;
}

/** The incident to join and why; the oldest when there are several. */
export function correlate(
  incident: NewIncident,
  conditions: readonly Correlate[],
  open: readonly OpenIncident[],
): { into: string; reason: string } | undefined {
  // A drill never changes a real incident, nor hides in one.
  if (incident.drill || incident.service === null) return undefined;
  for (const condition of conditions) {
    const [oldest] = open.filter((other) => joins(incident, condition, other)).sort(oldestFirst);
    if (oldest) {
      return { into: oldest.id, reason: `same service ${incident.service} within ${condition.within}` };
    }
  }
  return undefined;
}

function joins(incident: NewIncident, condition: Correlate, other: OpenIncident): boolean {
  if (other.drill || other.id === incident.id || other.service !== incident.service) return false;
  if (condition.into && !condition.into.includes(other.playbook ?? '')) return false;
  // Joining ends a response of its own, so what is worse than the older incident stays by itself.
  if (compareSeverity(incident.severity, other.severity) < 0) return false;
  const ageMs = Date.parse(incident.openedAt) - Date.parse(other.openedAt);
  return ageMs >= 0 && ageMs <= durationMs(condition.within) && isOlder(other, incident);
}

/** Of two opened in the same moment one is the older by its id, so that they never join each other. */
function isOlder(other: OpenIncident, incident: NewIncident): boolean {
  const apartMs = Date.parse(incident.openedAt) - Date.parse(other.openedAt);
  return apartMs > 0 || other.id < incident.id;
}

function oldestFirst(a: OpenIncident, b: OpenIncident): number {
  return Date.parse(a.openedAt) - Date.parse(b.openedAt) || (a.id < b.id ? -1 : 1);
}
