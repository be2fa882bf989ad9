// Asking people: a step waits until its approval is decided, expires, or is not needed any more.

import { approvalIdOf } from '../../src/core/ids.ts';
import type { StepOutcome } from '../../src/core/incident/events.ts';
import type { PlannedStep } from '../../src/core/incident/plan.ts';
import type { Incident } from './incident.ts';
import { tell } from './page.ts';

export type Permission = { granted: true; approvalId: string | null } | { granted: false; refusal: StepOutcome };

export async function permissionFor(
  incident: Incident,
  step: PlannedStep,
  isStopped: () => boolean,
): Promise<Permission> {
  if (step.level !== 'approve') return { granted: true, approvalId: null };
  if (!incident.state.steps[step.id]?.approval) await ask(incident, step);
  const approvalId = incident.state.steps[step.id]?.approval?.id ?? '';
  const ended = incident.state.steps[step.id]?.approval?.ended ?? (await untilDecided(incident, step, isStopped));
  if (ended === 'approved') return { granted: true, approvalId };
  const reason = `The approval was ${ended}`;
  return { granted: false, refusal: { result: 'refused', code: `approval_${ended}`, reason } };
}

async function ask(incident: Incident, step: PlannedStep): Promise<void> {
  const round = 1;
  const nowMs = Date.now();
  const approvalId = approvalIdOf(incident.id, step.id, round);
  const { action, target, params, mode, holdMs, requestedBy, title } = step;
  const planDigest = incident.state.plan?.planDigest ?? '';
  const about = { incidentId: incident.id, stepId: step.id, action, target, params, mode, holdMs, planDigest };
  const request = {
    approvalId,
    subject: { ...about, expiresAt: new Date(nowMs + step.approval.expiresAfterMs).toISOString() },
    title,
    requestedBy,
    quorum: step.approval.quorum,
    roles: step.approval.roles,
    ...(step.approval.breakGlass && { breakGlass: true }),
    at: new Date(nowMs).toISOString(),
  };
  const summary = `Ask for approval: ${title}`.slice(0, 180);
  const { digest, expiresAt } = await incident.store(summary, (store) => store.requestApproval(request));
  incident.record({ type: 'step_waiting', stepId: step.id, approvalId, round, digest, expiresAt });
  await Promise.all([
    incident.flush(),
    tell(incident, { kind: 'approval_requested', text: `Approval needed by ${expiresAt}: ${title}`, key: approvalId }),
  ]);
}

async function untilDecided(incident: Incident, step: PlannedStep, isStopped: () => boolean) {
  const approval = incident.state.steps[step.id]?.approval;
  if (!approval) return 'cancelled';
  const expiresAtMs = Date.parse(approval.expiresAt);
  let remindAtMs = step.approval.remindAfterMs === null ? expiresAtMs : Date.now() + step.approval.remindAfterMs;
  for (;;) {
    const arrived = incident.decisionsArrived;
    const at = new Date().toISOString();
    const ask = { approvalId: approval.id, at, cancel: isStopped() };
    const standing = await incident.store('Approval: how it stands', (store) => store.settleApproval(ask));
    if (standing.status !== 'pending') {
      const { status: result, by, reason } = standing;
      if (standing.brokeGlass) await reviewLater(incident, step.title, by, reason);
      incident.record({ type: 'approval_ended', stepId: step.id, approvalId: approval.id, result, by, reason });
      return result;
    }
    const isWoken = () => incident.decisionsArrived > arrived || isStopped();
    const untilMs = Math.min(remindAtMs, expiresAtMs);
    if (
      !(await incident.waitUntil(isWoken, untilMs, `Approval: ${step.title}`.slice(0, 180))) &&
      untilMs < expiresAtMs
    ) {
      await tell(incident, {
        kind: 'approval_requested',
        text: `Still waiting: ${step.title}`,
        key: `${approval.id}/reminder`,
      });
      remindAtMs = expiresAtMs;
    }
  }
}

/** One person acted alone: everyone hears of it now, and somebody looks at it afterwards. */
async function reviewLater(incident: Incident, title: string, by: string[], reason: string): Promise<void> {
  const text = `Break-glass: ${by.join(', ')} approved "${title}" alone (${reason})`;
  const followUp = `${text}; review whether that was right`;
  if (!incident.state.followUps.includes(followUp)) incident.record({ type: 'follow_up_added', text: followUp });
  await tell(incident, { kind: 'update', text, key: `break-glass/${title}` });
}
