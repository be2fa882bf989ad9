// What the inbox knows of the alerts of a batch before it decides: read under a lock, so that nothing of it changes
// until the decision is written. Times are milliseconds since the epoch.

import type { Alert, AlertStatus } from '../alert.ts';
import { alertId, groupIdOf } from '../ids.ts';
import type { IncidentStatus } from '../incident/status.ts';
import { sourceOfGroup } from '../suppression/grouping.ts';
import type { Inhibitor } from '../suppression/inhibition.ts';
import type { ReadySilence, Withheld } from '../suppression/judge.ts';

/** One authenticated request, its alerts normalised. */
export interface InboxRequest {
  source: string;
  /** Identity of the delivery, where the sender gives one. */
  deliveryId?: string;
  receivedAtMs: number;
  alerts: Alert[];
  /** Nobody sent it: alerts that were withheld, to be looked at again as they are stored. */
  isAgain?: true;
}

/** An alert that is stored: one episode of a finding. */
export interface KnownEpisode {
  alertId: string;
  source: string;
  fingerprint: string;
  startsAtMs: number;
  /** Set once it is resolved: the finding is known to be over through this time. */
  endsAtMs: number | null;
  status: AlertStatus;
  incidentId: string | null;
  /** What keeps it from an incident while it fires; null when nothing does. */
  withheld: Withheld | null;
  /** When the newest episodes of its finding began; null where no rule asks. */
  recentStartsMs: number[] | null;
}

export interface KnownGroup {
  groupId: string;
  generation: number;
  incidentId: string | null;
}

export interface KnownIncident {
  incidentId: string;
  status: IncidentStatus;
  mergedInto: string | null;
  /** When it ended; null while it is open. */
  closedAtMs: number | null;
  firingCount: number;
  lastPosition: number;
}

export interface InboxKnowledge {
  /** Of every finding of the batch the episode with the latest start, and those that its alerts name by id. */
  episodes: KnownEpisode[];
  groups: KnownGroup[];
  /** Those of the groups and episodes, and all that they were merged into. */
  incidents: KnownIncident[];
  /** Deliveries that were accepted before, as `deliveryKey` gives them. */
  deliveries: ReadonlySet<string>;
  /** Those that have not expired. */
  silences: readonly ReadySilence[];
  /** Alerts that fire, under the keys by which those of the batch would be inhibited. */
  inhibitors: readonly Inhibitor[];
  /** Alerts that wait for others of their group, since when. */
  waiting: readonly { groupId: string; sinceMs: number }[];
}

export const deliveryKey = (source: string, deliveryId: string): string => `${source} ${deliveryId}`;

const alertIds = new WeakMap<Alert, string>();

/** `alertId`, hashed once per alert: the inbox asks when it reads and when it decides. */
export function idOf(alert: Alert): string {
  const known = alertIds.get(alert);
  if (known !== undefined) return known;
  const id = alertId(alert);
  alertIds.set(alert, id);
  return id;
}

/** The group of each alert of a batch, hashed once per group. */
export function groupsOf(): (alert: Alert) => string {
  const known = new Map<string, string>();
  return (alert) => {
    const { groupKey } = alert;
    const source = sourceOfGroup(alert);
    const key = `${source} ${groupKey}`;
    const id = known.get(key) ?? groupIdOf(source, groupKey);
    known.set(key, id);
    return id;
  };
}
