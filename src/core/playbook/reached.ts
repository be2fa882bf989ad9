// What could not be decided at triage, decided when it is reached: against the plan that the incident pinned, its alerts
// as they are now and what came of earlier steps.

import type { Alert } from '../alert.ts';
import type { Json } from '../canonical.ts';
import { enrich } from '../enrichment/enrich.ts';
import { evaluate } from '../expression/evaluate.ts';
import { type Scope, scopeOf } from '../expression/scope.ts';
import type { FlowNode, FlowPlace, LateNode } from '../incident/flow.ts';
import type { ResponsePlan } from '../plan/response-plan.ts';
import { serviceNamed } from '../plan/services.ts';
import { step as stepSchema } from '../plan/step-schema.ts';
import { isExpression } from '../plan/values.ts';
import type { Severity } from '../severity.ts';
import { type EarlierIncident, newestFirst } from '../triage/facts.ts';
import type { ActionRegistry, Capabilities } from './action-view.ts';
import { localAt } from './place.ts';
import { planReached } from './plan-flow.ts';
import { Budget } from './planning.ts';
import type { Seen } from './seen.ts';

/** The incident as its workflow knows it, at the place that was reached. */
export interface Reached {
  incidentId: string;
  planDigest: string;
  title: string;
  severity: Severity;
  service: string | null;
  playbook: string;
  impactStartedAt: string;
  openedAt: string;
  place: FlowPlace;
  seen: Seen;
}

export interface ReachedFacts {
  plan: ResponsePlan;
  alerts: readonly Alert[];
  drill: boolean;
  earlier: readonly EarlierIncident[];
}

export interface ReachedStep extends Reached {
  node: LateNode;
  /** What the response may still grow by. */
  room: { steps: number; characters: number };
}

export interface PlanningFacts extends ReachedFacts {
  actions: ActionRegistry;
  capabilities: Capabilities;
  /** ISO-8601: now. */
  at: string;
}

/** Total: what cannot be planned is skipped, with its reason. */
export function planReachedStep(reached: ReachedStep, facts: PlanningFacts): FlowNode {
  const { node, room, seen, severity, playbook } = reached;
  const skipped = (code: string, reason: string): FlowNode => ({ ...node, skip: { code, reason } });
  const step = stepSchema.safeParse(node.written);
  if (!step.success) return skipped('step_unreadable', 'This version of Firebreak cannot read the step');
  const { plan, actions, capabilities, drill } = facts;
  const made = planReached(step.data, reached.place, {
    plan,
    actions,
    capabilities,
    drill,
    requestedBy: `playbook:${playbook}`,
    policy: { severity, tier: serviceOf(reached, plan)?.tier ?? null, at: facts.at },
    facts: scopeNow(reached, facts),
    seen,
    budget: new Budget(room.steps, room.characters),
    note: () => {},
  });
  return made ?? skipped('response_too_long', 'The response has no room for more steps');
}

export type ComputedValues = { ok: true; values: Record<string, Json> } | { ok: false; code: string; reason: string };

/** @param written values that may be expressions, by name */
export function computeReached(
  reached: Reached & { written: Record<string, string> },
  facts: ReachedFacts,
): ComputedValues {
  const { names, scope } = localAt(reached.place, scopeNow(reached, facts), reached.seen);
  const values: Record<string, Json> = {};
  for (const [name, text] of Object.entries(reached.written)) {
    const made = isExpression(text) ? evaluate(text, scope, names) : { ok: true as const, value: text };
    if (!made.ok) return { ok: false, code: made.code, reason: `${name}: ${made.reason}` };
    values[name] = made.value;
  }
  return { ok: true, values };
}

const serviceOf = ({ service }: Reached, plan: ResponsePlan) =>
  service === null ? undefined : serviceNamed(plan.catalog.services, service);

function scopeNow(reached: Reached, { plan, alerts, drill, earlier }: ReachedFacts): Scope {
  const { incidentId, title, severity, impactStartedAt, openedAt, service } = reached;
  return scopeOf({
    incident: { id: incidentId, title, severity, impactStartedAt, openedAt, drill },
    alerts: newestFirst(alerts),
    service: serviceOf(reached, plan),
    serviceName: service,
    enrichment: enrich(plan, alerts, earlier, Date.parse(openedAt)),
  });
}
