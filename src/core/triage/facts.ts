// What is known about an incident when its response is decided.

import type { Alert } from '../alert.ts';
import type { OpenedIncident } from '../incident/state.ts';
import type { Severity } from '../severity.ts';

/** Another incident that is open now. Times are ISO-8601. */
export interface OpenIncident {
  id: string;
  service: string | null;
  playbook: string | null;
  severity: Severity;
  openedAt: string;
  drill: boolean;
}

export interface IncidentFacts {
  opened: OpenedIncident;
  drill: boolean;
  /** All alerts of the incident, or the newest of them, in any order. */
  alerts: readonly Alert[];
  /** In any order; only those opened before this incident can matter. */
  openIncidents: readonly OpenIncident[];
}

/** The same order for the same alerts, however the store returned them. */
export function newestFirst(alerts: readonly Alert[]): Alert[] {
  const key = (alert: Alert): string => `${alert.startsAt}\n${alert.source}\n${alert.fingerprint}`;
  const order = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);
  return [...alerts].sort((a, b) => order(key(a), key(b)));
}
