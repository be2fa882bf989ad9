// Two plans over the same alerts: every incident is planned under both by the very function that plans real ones.

import type { Alert, Entity } from '../alert.ts';
import type { ResponsePlanned } from '../incident/plan.ts';
import type { LoadedPlan } from '../plan/response-plan.ts';
import type { ActionRegistry } from '../playbook/action-view.ts';
import { planResponse } from '../playbook/plan-steps.ts';
import { type OpenIncident, tellingKinds } from '../triage/facts.ts';
import { compareResponses, type Difference } from './compare.ts';
import { incidentsOf, type RecordedIncident } from './incidents.ts';

export interface IncidentDiff {
  source: string;
  title: string;
  startsAt: string;
  alerts: number;
  differences: Difference[];
}

export interface PlanDiff {
  incidents: number;
  /** Only those that the two plans answer differently. */
  changed: IncidentDiff[];
}

/** As many older incidents as triage is told of. */
const mostOpen = 200;

export function diffPlans(
  before: LoadedPlan,
  after: LoadedPlan,
  alerts: readonly Alert[],
  actions: ActionRegistry,
): PlanDiff {
  const incidents = incidentsOf(alerts);
  const responders = [before, after].map((plan) => responder(plan, actions));
  const changed = incidents.flatMap((incident): IncidentDiff[] => {
    const [a, b] = responders.map((respond) => respond(incident));
    const differences = a && b ? compareResponses(a, b) : [];
    const { title, detectedAt } = incident.opened;
    const source = incident.alerts[0]?.source ?? '';
    return differences.length === 0
      ? []
      : [{ source, title, startsAt: detectedAt, alerts: incident.alerts.length, differences }];
  });
  return { incidents: incidents.length, changed };
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
