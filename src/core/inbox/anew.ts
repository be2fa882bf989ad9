// Findings whose source tells no starts, and that still fired when a person ended their incident: a trigger that comes
// later, by the plan's rule, begins them anew. Without a rule it is a repeat until the source says that they are over.

import type { Alert } from '../alert.ts';
import { hasEnded } from '../incident/status.ts';
import type { BeginsAnewRule } from '../plan/rules.ts';
import { durationMs } from '../plan/values.ts';
import { type Matcher, matchesAll, parseMatcher } from '../suppression/matcher.ts';
import type { KnownEpisode, KnownIncident } from './known.ts';

export interface ReadyAnewRule {
  ready: Matcher[];
  afterMs: number;
}

export const readyAnewRule = ({ match, after }: BeginsAnewRule): ReadyAnewRule => ({
  ready: match.map(parseMatcher),
  afterMs: durationMs(after),
});

/** Whether a trigger of what fires already is another episode. */
export type BeginsAnew = (alert: Alert, firing: KnownEpisode, atMs: number) => boolean;

/** The first rule that matches decides. */
export function beginsAnew(incidents: readonly KnownIncident[], rules: readonly ReadyAnewRule[]): BeginsAnew {
  const byId = new Map(incidents.map((incident) => [incident.incidentId, incident]));
  return (alert, { incidentId }, atMs) => {
    const rule = incidentId === null ? undefined : rules.find(({ ready }) => matchesAll(alert, ready));
    const incident = rule && current(byId, incidentId);
    if (!incident || !hasEnded(incident.status) || incident.closedAtMs === null) return false;
    return atMs >= incident.closedAtMs + rule.afterMs;
  };
}

/** The incident itself, or the one that it was merged into in the end. */
function current(byId: ReadonlyMap<string, KnownIncident>, incidentId: string | null): KnownIncident | undefined {
  let incident = byId.get(incidentId ?? '');
  for (let step = 0; incident?.mergedInto && step < byId.size; step += 1) incident = byId.get(incident.mergedInto);
  return incident;
}
