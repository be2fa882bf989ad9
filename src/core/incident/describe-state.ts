// An incident in a few lines of Markdown, for engineers who look at its workflow in Temporal UI.

import type { IncidentState } from './state.ts';
import { allSteps } from './state.ts';

export function describeState(state: IncidentState): string {
  const { status, severity, firing, alertCount, plan } = state;
  const lines = [
    `**${status}**, severity ${severity}, ${firing} of ${alertCount} alerts fire`,
    plan ? `Playbook ${plan.playbook ?? 'none'}: ${plan.reasons.join('; ')}` : 'Not triaged yet',
    ...allSteps(state).map((step) => `- ${step.title}: ${standingOf(state, step.id)}`),
    ...state.followUps.map((text) => `- Follow up: ${text}`),
  ];
  return lines.join('\n').slice(0, longest);
}

const longest = 10_000;

function standingOf(state: IncidentState, stepId: string): string {
  const { outcome, approval, startedAt, undone } = state.steps[stepId] ?? {};
  if (undone) return undone.state;
  if (outcome) return 'code' in outcome ? `${outcome.result} (${outcome.code})` : outcome.result;
  if (approval && !approval.ended) return `waits for approval ${approval.id} until ${approval.expiresAt}`;
  return startedAt ? 'under way' : 'not yet';
}
