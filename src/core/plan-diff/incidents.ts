// Alerts on record → the incidents that they would be, oldest first: alerts of one source and group key belong together.

import type { Alert } from '../alert.ts';
import { groupIdOf, incidentIdOf } from '../ids.ts';
import type { OpenedIncident } from '../incident/state.ts';
import { worstSeverity } from '../severity.ts';
import { newestFirst } from '../triage/facts.ts';

export interface RecordedIncident {
  opened: OpenedIncident;
  alerts: Alert[];
  /** When its last alert was over; null while one fires. ISO-8601. */
  overAt: string | null;
}

/** As triage reads them: the newest alerts of a group. */
const mostAlerts = 200;

export function incidentsOf(alerts: readonly Alert[]): RecordedIncident[] {
  const groups = Map.groupBy(alerts, ({ source, groupKey }) => incidentIdOf(groupIdOf(source, groupKey), 1));
  const incidents = [...groups].flatMap(([incidentId, all]): RecordedIncident[] => {
    const newest = newestFirst(all);
    const first = newest.at(-1);
    if (!first) return [];
    const hints = all.flatMap(({ severityHint }) => severityHint ?? []);
    const opened = {
      incidentId,
      severity: worstSeverity(hints),
      title: first.title,
      impactStartedAt: first.startsAt,
      detectedAt: first.startsAt,
    };
    return [{ opened, alerts: newest.slice(0, mostAlerts), overAt: overAt(all) }];
  });
  const key = ({ opened }: RecordedIncident): string => `${opened.detectedAt} ${opened.incidentId}`;
  return incidents.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function overAt(alerts: readonly Alert[]): string | null {
  let latest = '';
  for (const { status, endsAt } of alerts) {
    if (status === 'firing' || endsAt === undefined) return null;
    if (endsAt > latest) latest = endsAt;
  }
  return latest;
}
