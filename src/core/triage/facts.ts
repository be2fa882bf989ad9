// What is known about an incident when its response is decided.

import type { Alert, Entity, EntityKind } from '../alert.ts';
import type { OpenedIncident } from '../incident/state.ts';
import type { Disposition } from '../incident/status.ts';
import type { Severity } from '../severity.ts';

/** Another incident that is open now. Times are ISO-8601. */
export interface OpenIncident {
  id: string;
  service: string | null;
  playbook: string | null;
  severity: Severity;
  openedAt: string;
  drill: boolean;
  /** What both are about, of `tellingKinds`. */
  shared: readonly Entity[];
}

/** Two incidents about the same of these have something to do with each other; services are looked at by name. */
export const tellingKinds = ['ip', 'host', 'user', 'hash', 'url', 'resource', 'key'] as const satisfies EntityKind[];

/** An incident of the last months that has ended, and that was about the same things. */
export interface EarlierIncident {
  id: string;
  openedAt: string;
  disposition: Disposition | null;
  shared: readonly Entity[];
}

export interface IncidentFacts {
  opened: OpenedIncident;
  drill: boolean;
  /** All alerts of the incident, or the newest of them, in any order. */
  alerts: readonly Alert[];
  /** In any order; only those opened before this incident can matter. */
  openIncidents: readonly OpenIncident[];
  /** In any order; of many the newest of each thing. */
  earlier: readonly EarlierIncident[];
}

/** The same order for the same alerts, however the store returned them. */
export function newestFirst(alerts: readonly Alert[]): Alert[] {
  const key = (alert: Alert): string => `${alert.startsAt}\n${alert.source}\n${alert.fingerprint}`;
  const order = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);
  return [...alerts].sort((a, b) => order(key(a), key(b)));
}
