// The whole response of one incident, decided once: triage, the steps of its playbook with their parameters, who is told
// and how long things may take. Pure and total: the same plan and facts give the same response, whatever the alerts say.

import { everyNode, type FlowNode } from '../incident/flow.ts';
import type { IncidentWaits, NoticePlan, ResponsePlanned } from '../incident/plan.ts';
import { touches } from '../incident/step-outcome.ts';
import { beyondLimits, type Touch } from '../plan/blast-radius.ts';
import { recipientsOf } from '../plan/on-duty.ts';
import { isLink, type Phase, type Playbook, phases } from '../plan/playbook.ts';
import type { LoadedPlan, ResponsePlan } from '../plan/response-plan.ts';
import { durationMs } from '../plan/values.ts';
import { cutText } from '../text.ts';
import type { IncidentFacts } from '../triage/facts.ts';
import { type Triage, triage } from '../triage/triage.ts';
import type { ActionRegistry, Capabilities } from './action-view.ts';
import { letsTimePass } from './late.ts';
import { playbookPlace } from './place.ts';
import { planSteps } from './plan-flow.ts';
import { Budget, type PlanContext } from './planning.ts';

export interface PlanInput {
  plan: LoadedPlan;
  facts: IncidentFacts;
  actions: ActionRegistry;
  capabilities: Capabilities;
  /** As the plan and what was learnt decide it; default: as the plan alone does. */
  triaged?: Triage;
}

const mostReasons = 40;
const longestReason = 500;

export function planResponse(input: PlanInput): ResponsePlanned {
  const { plan: loaded, facts, actions, capabilities } = input;
  const { plan, digest } = loaded;
  const decided = input.triaged ?? triage(plan, facts);
  const playbook = plan.playbooks.find((one) => one.name === decided.playbook);
  const reasons = [...decided.reasons];
  const context: PlanContext = {
    plan,
    actions,
    capabilities,
    drill: facts.drill,
    requestedBy: `playbook:${decided.playbook}`,
    policy: { severity: decided.severity, tier: decided.catalogued?.tier ?? null, at: facts.opened.detectedAt },
    facts: decided.scope,
    seen: null,
    budget: new Budget(),
    note: (reason) => void reasons.push(reason),
  };
  const steps = flowOf(playbook, context);
  reasons.push(...beyondLimits(plan.guards.blast_radius, touchesOf(steps, actions)));
  return {
    planDigest: digest,
    verdict: decided.verdict,
    severity: decided.severity,
    importance: decided.importance,
    sla: decided.sla,
    title: decided.title,
    service: decided.service,
    playbook: decided.playbook,
    team: decided.team,
    runbooks: runbooksOf(decided, playbook),
    reasons: reasons.slice(0, mostReasons).map((reason) => cutText(reason, longestReason)),
    ...steps,
    page: noticePlan(plan, decided, facts.opened.detectedAt),
    waits: waitsOf(plan, decided),
  };
}

function flowOf(playbook: Playbook | undefined, context: PlanContext): Record<Phase, FlowNode[]> {
  const made: Record<Phase, FlowNode[]> = { contain: [], verify: [], recover: [] };
  let isLater = false;
  for (const phase of phases) {
    const written = playbook?.[phase] ?? [];
    made[phase] = planSteps(written, { place: playbookPlace, isLater }, context);
    isLater ||= written.some(letsTimePass);
  }
  return made;
}

/** What would be touched for real, had it all been approved. */
function touchesOf(steps: Record<Phase, FlowNode[]>, actions: ActionRegistry): Touch[] {
  return everyNode(phases.flatMap((phase) => steps[phase])).flatMap((node): Touch[] => {
    const action = node.type === 'action' ? actions.get(node.action) : undefined;
    if (node.type !== 'action' || !action || !touches(node)) return [];
    return [{ action, target: node.target, atMs: 0 }];
  });
}

function runbooksOf(decided: Triage, playbook: Playbook | undefined): ResponsePlanned['runbooks'] {
  const { runbook, title } = playbook ?? {};
  const own = runbook && isLink(runbook) ? [{ title: title ?? 'Runbook', url: runbook }] : [];
  return [...own, ...(decided.catalogued?.runbooks ?? [])];
}

/** Each level as it will be when its turn comes. */
function noticePlan({ routing, slas }: ResponsePlan, decided: Triage, openedAt: string): NoticePlan {
  const { teams, default_team: fallback } = routing;
  const team = teams.find((one) => one.name === decided.team) ?? teams.find((one) => one.name === fallback);
  const escalateAfterMs = durationMs(slas[decided.severity].acknowledge);
  const levels = team?.levels.map((level, index) =>
    recipientsOf(level, routing, new Date(Date.parse(openedAt) + index * escalateAfterMs).toISOString()),
  );
  return { levels: levels ?? [[{ channel: 'console', to: 'on-call' }]], escalateAfterMs };
}

function waitsOf(plan: ResponsePlan, decided: Triage): IncidentWaits {
  const sla = plan.slas[decided.severity];
  return {
    quietMs: durationMs(sla.quiet),
    recoveryReminderMs: durationMs(sla.recovery_reminder),
    recoveryReminders: sla.recovery_reminders,
    reviewMs: durationMs(sla.review),
  };
}
