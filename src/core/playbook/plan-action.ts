// An action that a person asks for, beside the playbook: the same checks, guards and approvals as for a planned step.

import type { Json } from '../canonical.ts';
import { derivedId } from '../ids.ts';
import type { PlannedStep } from '../incident/plan.ts';
import type { ResponsePlan } from '../plan/response-plan.ts';
import { serviceNamed } from '../plan/services.ts';
import { durationMs } from '../plan/values.ts';
import type { Severity } from '../severity.ts';
import type { ActionRegistry, Capabilities } from './action-view.ts';
import { holdOf, subjectOf } from './plan-step.ts';
import { allowanceFor, approvalPolicy } from './policy.ts';

export interface ActionRequest {
  /** Makes the step's id: the same command gives the same step. */
  commandId: string;
  action: string;
  params: Json;
  holdMs?: number;
  /** `key:<name>` of the person who asked. */
  requestedBy: string;
  /** ISO-8601. */
  at: string;
}

export interface PlanActionInput {
  plan: ResponsePlan;
  incident: { severity: Severity; service: string | null; drill: boolean };
  actions: ActionRegistry;
  capabilities: Capabilities;
  request: ActionRequest;
}

export type PlannedAction = { ok: true; step: PlannedStep } | { ok: false; code: string; reason: string };

const refuse = (code: string, reason: string): PlannedAction => ({ ok: false, code, reason });

/** Refused with a reason when the action, its parameters, its guards or the policy say no. */
export function planAction({ plan, incident, actions, capabilities, request }: PlanActionInput): PlannedAction {
  const action = actions.get(request.action);
  if (!action)
    return refuse(
      'action_unknown',
      `There is no action ${request.action}; there are ${[...actions.keys()].join(', ')}`,
    );
  const { skip, ...subject } = subjectOf({ plan, action, params: request.params, capabilities, drill: incident.drill });
  if (skip) return refuse(skip.code, skip.reason);
  const longestMs = durationMs(plan.guards.longest_hold);
  if (request.holdMs !== undefined && request.holdMs > longestMs) {
    return refuse(
      'hold_too_long',
      `guards.yaml allows a hold of ${plan.guards.longest_hold} (${longestMs} ms) at most`,
    );
  }
  const service = incident.service === null ? undefined : serviceNamed(plan.catalog.services, incident.service);
  const allowed = allowanceFor(plan, action, subject.target, {
    severity: incident.severity,
    tier: service?.tier ?? null,
    at: request.at,
  });
  if (allowed.highest_level === 'observe') {
    return refuse('not_allowed', `approvals.yaml lets ${action.name} only be observed here`);
  }
  return {
    ok: true,
    step: {
      type: 'action',
      id: `added-${derivedId(8, 'added', request.commandId)}`,
      ...subject,
      requestedBy: request.requestedBy,
      action: action.name,
      kind: action.kind,
      reversible: action.undo !== undefined,
      level: allowed.highest_level === 'auto' ? 'auto' : 'approve',
      approval: approvalPolicy(plan, allowed, request.at),
      timeoutMs: action.timeoutMs,
      retry: { attempts: 1, waitMs: 0 },
      onFailure: 'continue',
      holdMs: holdOf(plan, action, request.holdMs),
      skip: null,
    },
  };
}
