// Alerts on record → the incidents that they would be under the rules of a plan, oldest first, and those that would be
// withheld from incidents.

import type { Alert } from '../alert.ts';
import { alertId } from '../ids.ts';
import { type ReplayedAlert, replay } from '../inbox/replay.ts';
import type { OpenedIncident } from '../incident/state.ts';
import type { LoadedPlan } from '../plan/response-plan.ts';
import { worstSeverity } from '../severity.ts';
import { withholdingRules } from '../suppression/judge.ts';
import { newestFirst } from '../triage/facts.ts';

export interface RecordedIncident {
  opened: OpenedIncident;
  /** As triage reads them: the newest. */
  alerts: Alert[];
  /** Ids of all its alerts, in their order: two incidents of the same ones are the same. */
  members: string[];
  /** When its last alert was over; null while one fires. ISO-8601. */
  overAt: string | null;
}

export interface Placed {
  incidents: RecordedIncident[];
  /** By alert id. */
  alerts: Map<string, ReplayedAlert>;
}

const mostAlerts = 200;

export function placedBy({ plan }: LoadedPlan, alerts: readonly Alert[]): Placed {
  const replayed = replay(alerts, withholdingRules(plan.rules));
  const groups = Map.groupBy(replayed, ({ incidentId }) => incidentId);
  const incidents = [...groups].flatMap(([id, all]) =>
    id === null
      ? []
      : incidentOf(
          id,
          all.map(({ alert }) => alert),
        ),
  );
  const key = ({ opened }: RecordedIncident): string => `${opened.detectedAt} ${opened.incidentId}`;
  return {
    incidents: incidents.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
    alerts: new Map(replayed.map((one) => [alertId(one.alert), one])),
  };
}

function incidentOf(incidentId: string, all: readonly Alert[]): RecordedIncident[] {
  const newest = newestFirst(all);
  const first = newest.at(-1);
  if (!first) return [];
  const opened = {
    incidentId,
    severity: worstSeverity(all.flatMap(({ severityHint }) => severityHint ?? [])),
    title: first.title,
    impactStartedAt: first.startsAt,
    detectedAt: first.startsAt,
  };
  const members = all.map(alertId).sort();
  return [{ opened, alerts: newest.slice(0, mostAlerts), members, overAt: overAt(all) }];
}

function overAt(alerts: readonly Alert[]): string | null {
  let latest = '';
  for (const { status, endsAt } of alerts) {
    if (status === 'firing' || endsAt === undefined) return null;
    if (endsAt > latest) latest = endsAt;
  }
  return latest;
}
