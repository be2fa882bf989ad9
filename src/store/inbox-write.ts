// Writes what was decided about a batch of alerts: one statement for all tables; see migrations/0002_inbox.sql.

import { sql } from 'kysely';
import type { InboxDecision } from '../core/inbox/decide.ts';
import type { Episode } from '../core/inbox/episodes.ts';
import { type Incident, severityOf } from '../core/inbox/incidents.ts';
import { noteOf } from './inbox-note.ts';

/** A request's body, for the record. */
export interface RawBody {
  source: string;
  deliveryId?: string;
  receivedAtMs: number;
  body: Buffer;
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

export function inboxWrite(decision: InboxDecision, bodies: readonly RawBody[]) {
  const { incidents, episodes } = decision;
  return sql`select inbox_write(
    new_bodies => ${rows(bodies.map(rawRow))}::json,
    new_groups => ${rows(decision.groups.map(groupRow))}::json,
    new_incidents => ${rows(incidents.flatMap(openedRow))}::json,
    changed_incidents => ${rows(incidents.filter(isChanged).map(changedRow))}::json,
    repeated_incidents => ${rows(incidents.filter(isRepeated).map(changedRow))}::json,
    new_alerts => ${rows(episodes.flatMap(addedRow))}::jsonb,
    changed_alerts => ${rows(episodes.filter(isChangedEpisode).map(episodeRow))}::json,
    repeated_alerts => ${rows(episodes.filter(isRepeatedEpisode).map(episodeRow))}::json,
    new_events => ${rows(decision.events.map(eventRow))}::jsonb,
    rejudged_alerts => ${rows(episodes.filter(isRejudged).map(rejudgedRow))}::jsonb,
    new_inhibitors => ${rows(decision.inhibitors.map(inhibitorRow))}::json
  )`;
}

const rows = (all: readonly object[]): string | null => (all.length === 0 ? null : JSON.stringify(all));

const isChanged = (incident: Incident): boolean => !incident.opened && incident.isChanged;
const isRepeated = (incident: Incident): boolean => !incident.opened && !incident.isChanged;
const isChangedEpisode = (episode: Episode): boolean => !episode.added && episode.isChanged;
const isRepeatedEpisode = (episode: Episode): boolean => !episode.added && !episode.isChanged;

const isRejudged = (episode: Episode): boolean => !episode.added && episode.isRejudged;

const rawRow = ({ source, deliveryId, receivedAtMs, body }: RawBody) => ({
  source,
  delivery_id: deliveryId ?? null,
  received_at: isoOf(receivedAtMs),
  body: body.toString('base64'),
});

const groupRow = ({ groupId, source, groupKey, generation, incidentId }: InboxDecision['groups'][number]) => ({
  group_id: groupId,
  source,
  group_key: groupKey,
  generation,
  incident_id: incidentId,
});

function openedRow(incident: Incident) {
  const { opened } = incident;
  if (!opened) return [];
  const row = {
    incident_id: incident.incidentId,
    group_id: opened.groupId,
    generation: opened.generation,
    severity: severityOf(opened),
    title: opened.title,
    service: opened.service,
    impact_started_at: isoOf(opened.impactStartedAtMs),
    opened_at: isoOf(opened.openedAtMs),
    updated_at: isoOf(incident.changedAtMs),
    alert_count: incident.addedAlerts,
    firing_count: incident.firingCount,
    repeat_count: incident.repeats,
    last_position: incident.lastPosition,
  };
  return [row];
}

const changedRow = (incident: Incident) => ({
  id: incident.incidentId,
  alerts: incident.addedAlerts,
  firing: incident.firingCount,
  position: incident.lastPosition,
  repeats: incident.repeats,
  at: isoOf(incident.changedAtMs),
});

function addedRow(episode: Episode) {
  const { added } = episode;
  if (!added) return [];
  const endsAt = episode.endsAtMs === null ? null : isoOf(episode.endsAtMs);
  const row = {
    alert_id: episode.alertId,
    source: episode.source,
    fingerprint: episode.fingerprint,
    starts_at: isoOf(episode.startsAtMs),
    ends_at: endsAt,
    status: episode.status,
    title: added.alert.title,
    severity_hint: added.alert.severityHint ?? null,
    normalised: { ...added.alert, status: episode.status, ...(endsAt && { endsAt }) },
    incident_id: episode.incidentId,
    suppressed: added.suppressed ?? episode.withheld?.why ?? null,
    suppressed_by: episode.withheld,
    look_at: lookAt(episode),
    received_at: isoOf(added.receivedAtMs),
    updated_at: isoOf(added.receivedAtMs),
    repeat_count: episode.repeats,
  };
  return [row];
}

function episodeRow({ alertId, status, endsAtMs, repeats }: Episode) {
  const endsAt = endsAtMs === null ? null : isoOf(endsAtMs);
  return { id: alertId, status, ends_at: endsAt, ends_at_text: endsAt, repeats };
}

/** When it is to be judged again at the latest; null for what is not withheld, or does not fire any more. */
const lookAt = ({ withheld, status }: Episode): string | null =>
  withheld && status === 'firing' ? (withheld.until ?? 'infinity') : null;

/** What withheld it first stays on record with it. */
const rejudgedRow = (episode: Episode) => ({
  id: episode.alertId,
  incident_id: episode.incidentId,
  suppressed: episode.withheld?.why ?? null,
  suppressed_by: episode.withheld,
  look_at: lookAt(episode),
});

const inhibitorRow = ({ ruleKey, key, alertId, isTarget }: InboxDecision['inhibitors'][number]) => ({
  rule_key: ruleKey,
  key,
  alert_id: alertId,
  is_target: isTarget,
});

const eventRow = (event: InboxDecision['events'][number]) => ({
  incident_id: event.incidentId,
  position: event.position,
  alert_id: event.alertId,
  change: event.change,
  firing_after: event.firingAfter,
  note: noteOf(event),
  at: isoOf(event.atMs),
});
