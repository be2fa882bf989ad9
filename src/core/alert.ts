// The alert: one normalised finding, whatever tool sent it. Sources produce it; nothing here knows any source.

import type { Severity } from './severity.ts';

export const entityKinds = ['ip', 'host', 'user', 'service', 'process', 'hash', 'url', 'resource', 'key'] as const;
export type EntityKind = (typeof entityKinds)[number];

/** A thing that the alert is about: an address, a host, a user, … */
export interface Entity {
  kind: EntityKind;
  value: string;
}

export type AlertStatus = 'firing' | 'resolved';

export interface AlertLink {
  title: string;
  url: string;
}

/** Times are ISO-8601 in UTC. An alert is one episode: the same fingerprint with a new `startsAt` is a new alert. */
export interface Alert {
  source: string;
  /** What the source calls this finding; the same finding has the same fingerprint every time. */
  fingerprint: string;
  status: AlertStatus;
  title: string;
  description?: string;
  severityHint?: Severity;
  startsAt: string;
  /**
   * The tool gives no start: `startsAt` is the time of receipt. A firing alert then joins the episode that fires already,
   * and a resolved one ends it, whatever its start.
   */
  startsAtAssumed?: true;
  endsAt?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  entities: Entity[];
  /** Alerts with the same source and group key belong to the same incident while that is open. */
  groupKey: string;
  /** Set where the plan groups it: `sourceKey` is what the source said. */
  groupedBy?: { rule: string; acrossSources: boolean; sourceKey: string };
  links: AlertLink[];
}

/** Bounds that sources enforce by cutting, never by refusing: a long alert is still an alert. Lengths in characters. */
export const alertBounds = {
  titleLength: 300,
  textLength: 8_000,
  labels: 100,
  labelLength: 1_000,
  fingerprintLength: 512,
  groupKeyLength: 2_000,
  entities: 50,
  links: 20,
} as const;
