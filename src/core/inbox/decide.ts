// Decides what a batch of requests changes: which alerts are new, which end, which only repeat, and which incidents they
// belong to. Pure: the store reads what is known, asks here, and writes what comes out.

import type { Alert } from '../alert.ts';
import { type Episode, type EpisodeChange, Episodes, type Suppression } from './episodes.ts';
import { type Group, type InboxEvent, type Incident, Incidents } from './incidents.ts';
import { deliveryKey, type InboxKnowledge, type InboxRequest } from './known.ts';

/** What the sender is told. */
export interface RequestOutcome {
  accepted: number;
  duplicates: number;
  /** Incidents that the alerts belong to, new or repeated. */
  incidents: string[];
  /** Those of them that this request changed. */
  changed: string[];
  /** Those of them that this request opened. */
  opened: string[];
}

export interface AlertChange {
  alertId: string;
  change: 'fired' | 'resolved' | Suppression;
}

/** What one request changed of one incident; of none, for alerts that belong to none. */
export interface RequestChanges {
  incidentId: string | null;
  changes: AlertChange[];
}

export interface InboxDecision {
  /** By request, in their order. */
  outcomes: RequestOutcome[];
  /** By request: empty when it changed nothing. */
  changes: RequestChanges[][];
  /**
   * By request: whether its body is worth keeping. A mere repeat is only counted; one with a delivery id is kept, as the
   * id must be known when it comes again.
   */
  keepsBody: boolean[];
  /** New, changed or repeated. */
  episodes: Episode[];
  /** Opened, changed or repeated. */
  incidents: Incident[];
  groups: Group[];
  /** In the order of their positions. */
  events: InboxEvent[];
}

export function decideInbox(requests: readonly InboxRequest[], known: InboxKnowledge): InboxDecision {
  const episodes = new Episodes(known.episodes);
  const incidents = new Incidents(known.groups, known.incidents);
  const deliveries = new Set(known.deliveries);
  const decided = requests.map((request) => decideRequest(request, episodes, incidents, deliveries));
  return {
    outcomes: decided.map((result) => result.outcome()),
    changes: decided.map((result) => result.changes()),
    keepsBody: decided.map((result) => result.isNewDelivery || result.changes().length > 0),
    episodes: episodes.all().filter((episode) => episode.isChanged || episode.repeats > 0),
    incidents: incidents.all().filter((incident) => incident.isChanged || incident.repeats > 0),
    groups: incidents.changedGroups(),
    events: incidents.events(),
  };
}

function decideRequest(
  request: InboxRequest,
  episodes: Episodes,
  incidents: Incidents,
  deliveries: Set<string>,
): RequestResult {
  const result = new RequestResult();
  const { source, deliveryId, alerts, receivedAtMs } = request;
  const key = deliveryId === undefined ? undefined : deliveryKey(source, deliveryId);
  if (key !== undefined && deliveries.has(key)) {
    for (const alert of alerts) countRepeat(result, episodes.repeat(alert), incidents);
    return result;
  }
  if (key !== undefined) {
    deliveries.add(key);
    result.isNewDelivery = true;
  }
  for (const alert of alerts) {
    apply(result, episodes.receive(alert, receivedAtMs), alert, incidents, receivedAtMs);
  }
  return result;
}

function apply(result: RequestResult, change: EpisodeChange, alert: Alert, incidents: Incidents, atMs: number): void {
  const { kind, episode, ended } = change;
  if (kind === 'repeat') {
    // The episode counted it already.
    countRepeat(result, episode, incidents);
    return;
  }
  result.accepted += 1;
  if (kind === 'fired') {
    const incident = incidents.openFor(alert, episode.startsAtMs, atMs);
    episode.incidentId = incident.incidentId;
    if (incident.opened && incident.lastPosition === 0) result.opened.push(incident.incidentId);
    incidents.change(incident, episode.alertId, 'fired', alert, atMs);
    result.add(incident.incidentId, { alertId: episode.alertId, change: 'fired' });
  }
  if (episode.added?.suppressed && kind === 'suppressed') {
    result.add(null, { alertId: episode.alertId, change: episode.added.suppressed });
  }
  // After what fired, so that an incident whose alert begins anew does not look quiet in between.
  for (const over of ended) endIn(result, over, alert, incidents, atMs);
}

function endIn(result: RequestResult, over: Episode, alert: Alert, incidents: Incidents, atMs: number): void {
  const incident = over.incidentId === null ? undefined : incidents.current(over.incidentId);
  if (!incident) return;
  incidents.change(incident, over.alertId, 'resolved', alert, atMs);
  result.add(incident.incidentId, { alertId: over.alertId, change: 'resolved' });
}

function countRepeat(result: RequestResult, episode: Episode | undefined, incidents: Incidents): void {
  result.duplicates += 1;
  const incident = episode?.incidentId ? incidents.current(episode.incidentId) : undefined;
  if (!incident) return;
  incident.repeats += 1;
  result.belongsTo(incident.incidentId);
}

class RequestResult {
  accepted = 0;
  duplicates = 0;
  /** It has a delivery id, and one that was not seen before. */
  isNewDelivery = false;
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
    const { accepted, duplicates, opened } = this;
    const changed = [...this.#changes.keys()].filter((incidentId) => incidentId !== null);
    return { accepted, duplicates, incidents: [...this.#incidents], changed, opened };
  }

  changes(): RequestChanges[] {
    return [...this.#changes].map(([incidentId, changes]) => ({ incidentId, changes }));
  }
}
