// Decides what a batch of requests changes: which alerts are new, which end, which only repeat, and which incidents they
// belong to. Pure: the store reads what is known, asks here, and writes what comes out.

import type { Alert } from '../alert.ts';
import {
  noWithholding,
  type Withheld,
  type Withholding,
  type WithholdingRules,
  withheldBy,
} from '../suppression/judge.ts';
import { beginsAnew } from './anew.ts';
import { type Episode, type EpisodeChange, Episodes } from './episodes.ts';
import { type Group, type InboxEvent, type Incident, Incidents } from './incidents.ts';
import { Inhibiting, type NewInhibitor } from './inhibiting.ts';
import { deliveryKey, type InboxKnowledge, type InboxRequest, idOf } from './known.ts';
import { type RequestChanges, type RequestOutcome, RequestResult } from './outcome.ts';
import { Waiting } from './waiting.ts';

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
  inhibitors: NewInhibitor[];
}

export function decideInbox(
  requests: readonly InboxRequest[],
  known: InboxKnowledge,
  rules: WithholdingRules = noWithholding,
): InboxDecision {
  const episodes = new Episodes(known.episodes, beginsAnew(known.incidents, rules.beginsAnew));
  const deliveries = new Set(known.deliveries);
  // First what becomes of all episodes, then where they belong: an alert inhibits others wherever in the batch it stands.
  const received = requests.map((request) => receive(request, episodes, deliveries));
  const inhibiting = new Inhibiting(known.inhibitors, episodes, rules.inhibit);
  const incidents = new Incidents(known.groups, known.incidents);
  const waiting = new Waiting(known.waiting);
  const withholding: Withholding = {
    ...{ rules, silences: known.silences },
    inhibitors: (key) => inhibiting.under(key),
    startsOf: (alert) => episodes.startsOf(alert),
    groupOf: (alert) => {
      const groupId = incidents.groupOf(alert);
      return { groupId, isOpen: incidents.hasOpen(groupId), waitingSinceMs: waiting.sinceMs(groupId) };
    },
  };
  const decided = received.map((request) => decideRequest(request, { incidents, withholding, waiting }));
  return {
    outcomes: decided.map((result) => result.outcome()),
    changes: decided.map((result) => result.changes()),
    keepsBody: decided.map((result, index) => isKept(received[index]?.delivery, result)),
    episodes: episodes.all().filter((episode) => episode.isChanged || episode.isRejudged || episode.repeats > 0),
    incidents: incidents.all().filter((incident) => incident.isChanged || incident.repeats > 0),
    groups: incidents.changedGroups(),
    events: incidents.events(),
    inhibitors: inhibiting.added,
  };
}

/** Whether it changes what is shown of alerts that belong to no incident. */
export const touchesSuppressed = ({ episodes }: InboxDecision): boolean =>
  episodes.some(
    ({ isChanged, isRejudged, withheld, added }) =>
      isRejudged || (isChanged && (withheld ?? added?.suppressed ?? false)),
  );

/** A body that is kept already is not kept again, though a repeat may release what was withheld. */
const isKept = (delivery: Received['delivery'], result: RequestResult): boolean =>
  delivery === 'new' || (delivery === undefined && result.changes().length > 0);

interface Received {
  atMs: number;
  /** Whether its delivery id was seen before; undefined where it has none. */
  delivery: 'new' | 'known' | undefined;
  alerts: { alert: Alert; change: EpisodeChange | undefined }[];
}

function receive(request: InboxRequest, episodes: Episodes, deliveries: Set<string>): Received {
  const { source, deliveryId, alerts, receivedAtMs: atMs } = request;
  if (request.isAgain) {
    return { atMs, delivery: undefined, alerts: alerts.map((alert) => ({ alert, change: again(alert, episodes) })) };
  }
  const key = deliveryId === undefined ? undefined : deliveryKey(source, deliveryId);
  if (key !== undefined && deliveries.has(key)) {
    const repeats = alerts.map((alert) => ({ alert, change: repeatOf(episodes.repeat(alert)) }));
    return { atMs, delivery: 'known', alerts: repeats };
  }
  if (key !== undefined) deliveries.add(key);
  const changes = alerts.map((alert) => ({ alert, change: episodes.receive(alert, atMs) }));
  return { atMs, delivery: key === undefined ? undefined : 'new', alerts: changes };
}

const repeatOf = (episode: Episode | undefined): EpisodeChange | undefined =>
  episode && { kind: 'repeat', episode, ended: [] };

/** It may have been released, or have ended, since it was found. */
function again(alert: Alert, episodes: Episodes): EpisodeChange | undefined {
  const episode = episodes.get(idOf(alert));
  return episode?.withheld && episode.status === 'firing' ? { kind: 'again', episode, ended: [] } : undefined;
}

function decideRequest({ atMs, alerts }: Received, context: Omit<Context, 'atMs'>): RequestResult {
  const result = new RequestResult();
  for (const { alert, change } of alerts) {
    if (!change) result.duplicates += 1;
    else apply(result, change, alert, { ...context, atMs });
  }
  return result;
}

interface Context {
  incidents: Incidents;
  withholding: Withholding;
  waiting: Waiting;
  atMs: number;
}

function apply(result: RequestResult, change: EpisodeChange, alert: Alert, context: Context): void {
  const { kind, episode, ended } = change;
  if (kind === 'again' || kind === 'repeat') {
    // A withheld alert that comes again need not wait for the next look at it.
    const isReleased =
      alert.status === 'firing' && episode.withheld !== null && judgeAgain(result, episode, alert, context);
    if (kind === 'repeat') countRepeat(result, episode, isReleased, context.incidents);
    return;
  }
  result.accepted += 1;
  if (kind === 'fired') fire(result, episode, alert, context);
  if (episode.added?.suppressed && kind === 'suppressed') {
    result.add(null, { alertId: episode.alertId, change: episode.added.suppressed });
  }
  // After what fired, so that an incident whose alert begins anew does not look quiet in between.
  for (const over of ended) endIn(result, over, alert, context);
}

function fire(result: RequestResult, episode: Episode, alert: Alert, context: Context): void {
  const withheld = withheldBy(alert, episode.alertId, context.atMs, context.withholding);
  if (withheld) withhold(result, episode, withheld, context);
  else join(result, episode, alert, 'fired', context);
}

function withhold(result: RequestResult, episode: Episode, withheld: Withheld, { waiting }: Context): void {
  episode.withheld = withheld;
  waiting.add(withheld);
  result.withheld += 1;
  result.add(null, { alertId: episode.alertId, change: withheld.why, withheld });
}

function join(
  result: RequestResult,
  episode: Episode,
  alert: Alert,
  change: 'fired' | 'released',
  { incidents, atMs }: Context,
): void {
  const { alertId } = episode;
  const incident = incidents.openFor(alert, episode.startsAtMs, atMs);
  episode.incidentId = incident.incidentId;
  if (incident.opened && incident.lastPosition === 0) result.opened.push(incident.incidentId);
  incidents.change(incident, alertId, 'fired', alert, atMs);
  result.add(incident.incidentId, { alertId, change });
}

/** True when nothing withholds it any more. */
function judgeAgain(result: RequestResult, episode: Episode, alert: Alert, context: Context): boolean {
  const before = episode.withheld;
  // Ended by a later message of the batch: it never was an incident.
  if (episode.status !== 'firing' || !before) return false;
  const now = withheldBy(alert, episode.alertId, context.atMs, context.withholding, before);
  episode.isRejudged = true;
  episode.withheld = now ?? null;
  if (!now) join(result, episode, alert, 'released', context);
  else if (now.why !== before.why || now.by !== before.by || now.alertId !== before.alertId) {
    context.waiting.remove(before);
    context.waiting.add(now);
    result.add(null, { alertId: episode.alertId, change: now.why, withheld: now });
  }
  return !now;
}

function endIn(result: RequestResult, over: Episode, alert: Alert, { incidents, atMs }: Context): void {
  const { alertId, incidentId } = over;
  if (over.withheld) {
    over.isRejudged = true;
    result.add(null, { alertId, change: 'resolved' });
    return;
  }
  const incident = incidentId === null ? undefined : incidents.current(incidentId);
  if (!incident) return;
  incidents.change(incident, alertId, 'resolved', alert, atMs);
  result.add(incident.incidentId, { alertId, change: 'resolved' });
}

function countRepeat(result: RequestResult, episode: Episode, isReleased: boolean, incidents: Incidents): void {
  if (isReleased) {
    // What changes something is no repeat.
    episode.repeats -= 1;
    result.accepted += 1;
    return;
  }
  result.duplicates += 1;
  const incident = episode.incidentId ? incidents.current(episode.incidentId) : undefined;
  if (!incident) return;
  incident.repeats += 1;
  result.belongsTo(incident.incidentId);
}
