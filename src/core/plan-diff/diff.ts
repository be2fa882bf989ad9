// Two plans over the same alerts: what is together or withheld under each, and every incident planned under both, by the very
// functions that decide for real.

import type { Alert, Entity } from '../alert.ts';
import type { ResponsePlanned } from '../incident/plan.ts';
import type { LoadedPlan } from '../plan/response-plan.ts';
import type { ActionRegistry } from '../playbook/action-view.ts';
import { planResponse } from '../playbook/plan-steps.ts';
import { type OpenIncident, tellingKinds } from '../triage/facts.ts';
import { compareResponses, type Difference } from './compare.ts';
import { placedBy, type RecordedIncident } from './incidents.ts';
import { membersKey, type Regrouping, regrouped } from './regrouping.ts';

export interface IncidentDiff {
  source: string;
  title: string;
  startsAt: string;
  alerts: number;
  differences: Difference[];
}

export interface PlanDiff {
  /** Under the plan before. */
  incidents: number;
  /** So many of them have the same alerts and the same response. */
  same: number;
  /** Only those of the same alerts that the two plans answer differently. */
  changed: IncidentDiff[];
  /** Where alerts are in other incidents, or withheld from them by something else. */
  regrouped: Regrouping[];
}

/** As many older incidents as triage is told of. */
const mostOpen = 200;

export function diffPlans(
  before: LoadedPlan,
  after: LoadedPlan,
  alerts: readonly Alert[],
  actions: ActionRegistry,
): PlanDiff {
  const [placedBefore, placedAfter] = [placedBy(before, alerts), placedBy(after, alerts)];
  const answers = new Map<string, ResponsePlanned>();
  const respondAfter = responder(after, actions);
  for (const incident of placedAfter.incidents) answers.set(membersKey(incident), respondAfter(incident));
  const respondBefore = responder(before, actions);
  const { regroupings, incidents: different } = regrouped(placedBefore, placedAfter);
  const changed = placedBefore.incidents.flatMap((incident): IncidentDiff[] => {
    const response = respondBefore(incident);
    const answer = answers.get(membersKey(incident));
    const differences = answer ? compareResponses(response, answer) : [];
    if (differences.length === 0) return [];
    const { title, detectedAt, incidentId } = incident.opened;
    different.add(incidentId);
    const source = incident.alerts[0]?.source ?? '';
    return [{ source, title, startsAt: detectedAt, alerts: incident.members.length, differences }];
  });
  const { length: incidents } = placedBefore.incidents;
  return { incidents, same: incidents - different.size, changed, regrouped: regroupings };
}

interface Going {
  overAt: string | null;
  alerts: readonly Alert[];
  incident: Omit<OpenIncident, 'shared'>;
}

/** Remembers what it answered, so that a later incident can join an older one that is still going on. */
function responder(plan: LoadedPlan, actions: ActionRegistry): (incident: RecordedIncident) => ResponsePlanned {
  let open: Going[] = [];
  return ({ opened, alerts, overAt }) => {
    open = open.filter((one) => one.overAt === null || one.overAt > opened.detectedAt).slice(-mostOpen);
    const own = new Map(thingsOf(alerts).map((thing) => [keyOf(thing), thing]));
    const openIncidents = open.map(({ incident, alerts: others }) => {
      const shared = new Map(thingsOf(others).map((thing) => [keyOf(thing), thing]));
      return { ...incident, shared: [...shared].filter(([key]) => own.has(key)).map(([, thing]) => thing) };
    });
    const facts = { opened, drill: false, alerts, openIncidents, earlier: [] };
    const response = planResponse({ plan, facts, actions, capabilities: {} });
    if (response.verdict.kind === 'respond') {
      const { service, playbook, severity } = response;
      const { incidentId: id, detectedAt: openedAt } = opened;
      open.push({ overAt, alerts, incident: { id, service, playbook, severity, openedAt, drill: false } });
    }
    return response;
  };
}

const thingsOf = (alerts: readonly Alert[]): Entity[] =>
  alerts.flatMap(({ entities }) => entities.filter(({ kind }) => (tellingKinds as readonly string[]).includes(kind)));
const keyOf = ({ kind, value }: Entity): string => `${kind} ${value}`;
