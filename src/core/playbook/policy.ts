// Which approval a step needs and how far it may go by itself: approvals.yaml over what the playbook asks for.

import { criticalityOf, unknownCriticality } from '../enrichment/enrich.ts';
import { unknownTier } from '../expression/scope.ts';
import { type ApprovalPolicy, type AutomationLevel, automationLevels } from '../incident/plan.ts';
import type { Allowance, ApprovalRule, Approvals } from '../plan/approvals.ts';
import { isWithin } from '../plan/hours.ts';
import { firstLevelOf } from '../plan/on-duty.ts';
import type { ResponsePlan } from '../plan/response-plan.ts';
import type { OwnTerms } from '../plan/step.ts';
import { durationMs } from '../plan/values.ts';
import { atLeast } from '../roles.ts';
import type { Severity } from '../severity.ts';
import type { ActionView } from './action-view.ts';

export interface PolicyFacts {
  severity: Severity;
  /** Of the incident's service; null when it has none that the catalog knows. */
  tier: number | null;
  /** ISO-8601: when the step is planned. */
  at: string;
}

/** @param target what the action touches, as the action names it */
export function allowanceFor(plan: ResponsePlan, action: ActionView, target: string, facts: PolicyFacts): Allowance {
  const { approvals } = plan;
  const criticality = criticalityOf(plan, target) ?? unknownCriticality;
  return approvals.rules.find((rule) => matches(rule, action, { ...facts, criticality })) ?? approvals.default;
}

/** Terms of an approval that is about no action: of the first rule that asks for none. */
export function gateTerms(approvals: Approvals, { severity, tier, at }: PolicyFacts): Allowance {
  const isAboutActions = (rule: ApprovalRule) => rule.actions || rule.kinds || rule.risks || rule.criticalities;
  const rule = approvals.rules.find(
    (one) =>
      !isAboutActions(one) &&
      holds(one.severities, severity) &&
      holds(one.tiers, tier ?? unknownTier) &&
      isHour(one, at),
  );
  return rule ?? approvals.default;
}

function matches(rule: ApprovalRule, action: ActionView, facts: PolicyFacts & { criticality: number }): boolean {
  return (
    holds(rule.actions, action.name) &&
    holds(rule.kinds, action.kind) &&
    holds(rule.risks, action.risk) &&
    holds(rule.severities, facts.severity) &&
    holds(rule.tiers, facts.tier ?? unknownTier) &&
    holds(rule.criticalities, facts.criticality) &&
    isHour(rule, facts.at)
  );
}

const holds = <Value>(wanted: readonly Value[] | undefined, value: Value): boolean => !wanted || wanted.includes(value);

const isHour = ({ hours }: ApprovalRule, at: string): boolean => !hours || hours.some((span) => isWithin(span, at));

/** The step's level, but never further than the policy lets it go. */
export function lowerLevel(a: AutomationLevel, b: AutomationLevel): AutomationLevel {
  return automationLevels[Math.min(automationLevels.indexOf(a), automationLevels.indexOf(b))] ?? 'observe';
}

/** The policy's terms, made stricter by the step's own where it has any. @param at ISO-8601: who is on duty from then on */
export function approvalPolicy(
  { routing }: Pick<ResponsePlan, 'routing'>,
  allowed: Allowance,
  at: string,
  own: OwnTerms = {},
): ApprovalPolicy {
  // A role stands for those above it too. One that the policy would not let in changes nothing.
  const roles = (own.roles ?? []).filter((role) => allowed.roles.some((lowest) => atLeast(role, lowest)));
  const reminders = [allowed.remind_after, own.remind_after].flatMap((text) => (text ? [durationMs(text)] : []));
  const expiries = [allowed.expires_after, own.expires_after].flatMap((text) => (text ? [durationMs(text)] : []));
  const escalations = allowed.escalate.map(({ after, team }) => ({
    afterMs: durationMs(after),
    to: firstLevelOf(team, routing, new Date(Date.parse(at) + durationMs(after)).toISOString()) ?? [],
  }));
  return {
    quorum: Math.max(allowed.quorum, own.quorum ?? 0),
    roles: roles.length > 0 ? roles : [...allowed.roles],
    expiresAfterMs: Math.min(...expiries),
    remindAfterMs: reminders.length > 0 ? Math.min(...reminders) : null,
    ...(allowed.break_glass && { breakGlass: true }),
    ...(escalations.length > 0 && { escalations }),
  };
}
