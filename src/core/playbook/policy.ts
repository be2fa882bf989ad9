// Which approval a step needs and how far it may go by itself: approvals.yaml over what the playbook asks for.

import { unknownTier } from '../expression/scope.ts';
import { type ApprovalPolicy, type AutomationLevel, automationLevels } from '../incident/plan.ts';
import type { Allowance, ApprovalRule, Approvals, ApprovalTerms } from '../plan/approvals.ts';
import type { OwnTerms } from '../plan/step.ts';
import { durationMs } from '../plan/values.ts';
import { atLeast } from '../roles.ts';
import type { Severity } from '../severity.ts';
import type { ActionView } from './action-view.ts';

export interface PolicyFacts {
  severity: Severity;
  /** Of the incident's service; null when it has none that the catalog knows. */
  tier: number | null;
}

export function allowanceFor(approvals: Approvals, action: ActionView, facts: PolicyFacts): Allowance {
  return approvals.rules.find((rule) => matches(rule, action, facts)) ?? approvals.default;
}

/** Terms of an approval that is about no action: of the first rule that asks for none. */
export function gateTerms(approvals: Approvals, { severity, tier }: PolicyFacts): Allowance {
  const isAboutActions = ({ actions, kinds, risks }: ApprovalRule) => actions || kinds || risks;
  const rule = approvals.rules.find(
    (one) => !isAboutActions(one) && holds(one.severities, severity) && holds(one.tiers, tier ?? unknownTier),
  );
  return rule ?? approvals.default;
}

function matches(rule: ApprovalRule, action: ActionView, facts: PolicyFacts): boolean {
  return (
    holds(rule.actions, action.name) &&
    holds(rule.kinds, action.kind) &&
    holds(rule.risks, action.risk) &&
    holds(rule.severities, facts.severity) &&
    holds(rule.tiers, facts.tier ?? unknownTier)
  );
}

const holds = <Value>(wanted: readonly Value[] | undefined, value: Value): boolean => !wanted || wanted.includes(value);

/** The step's level, but never further than the policy lets it go. */
export function lowerLevel(a: AutomationLevel, b: AutomationLevel): AutomationLevel {
  return automationLevels[Math.min(automationLevels.indexOf(a), automationLevels.indexOf(b))] ?? 'observe';
}

/** The policy's terms, made stricter by the step's own where it has any. */
export function approvalPolicy(
  allowed: ApprovalTerms & Pick<Allowance, 'break_glass'>,
  own: OwnTerms = {},
): ApprovalPolicy {
  // A role stands for those above it too. One that the policy would not let in changes nothing.
  const roles = (own.roles ?? []).filter((role) => allowed.roles.some((lowest) => atLeast(role, lowest)));
  const reminders = [allowed.remind_after, own.remind_after].flatMap((text) => (text ? [durationMs(text)] : []));
  const expiries = [allowed.expires_after, own.expires_after].flatMap((text) => (text ? [durationMs(text)] : []));
  return {
    quorum: Math.max(allowed.quorum, own.quorum ?? 0),
    roles: roles.length > 0 ? roles : [...allowed.roles],
    expiresAfterMs: Math.min(...expiries),
    remindAfterMs: reminders.length > 0 ? Math.min(...reminders) : null,
    ...(allowed.break_glass && { breakGlass: true }),
  };
}
