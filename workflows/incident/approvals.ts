// Asking people: a step waits until its approval is decided, expires, or is not needed any more.

import { type ApprovalSubject, subjectOfStep } from '../../src/core/approval/subject.ts';
import { approvalIdOf } from '../../src/core/ids.ts';
import type { StepOutcome } from '../../src/core/incident/events.ts';
import type { ApproveNode } from '../../src/core/incident/flow.ts';
import type { ApprovalPolicy, PlannedStep } from '../../src/core/incident/plan.ts';
import { completed } from '../../src/core/playbook/outcomes.ts';
import type { Incident } from './incident.ts';
import { tell, tellAll } from './page.ts';

type Permission = { granted: true; approvalId: string | null } | { granted: false; refusal: StepOutcome };

export async function permissionForStep(
  incident: Incident,
  step: PlannedStep,
  isStopped: () => boolean,
): Promise<Permission> {
  if (step.level !== 'approve') return { granted: true, approvalId: null };
  return permissionFor(incident, { ...step, subject: (about) => subjectOfStep(step, about) }, isStopped);
}

/** A gate: people agree to a text, and nothing is done by that alone. */
export async function runApprove(
  incident: Incident,
  node: ApproveNode,
  isStopped: () => boolean,
): Promise<StepOutcome> {
  const { id: stepId, text, mode } = node;
  const subject: Asked['subject'] = (about) => {
    return { ...about, stepId, action: 'approve', target: 'the steps after it', params: { text }, mode, holdMs: null };
  };
  const permission = await permissionFor(incident, { ...node, title: text, subject }, isStopped);
  return permission.granted ? completed('People agreed') : permission.refusal;
}

interface Asked {
  id: string;
  title: string;
  requestedBy: string;
  approval: ApprovalPolicy;
  subject(about: Pick<ApprovalSubject, 'incidentId' | 'planDigest' | 'expiresAt'>): ApprovalSubject;
}

async function permissionFor(incident: Incident, asked: Asked, isStopped: () => boolean): Promise<Permission> {
  if (!incident.state.steps[asked.id]?.approval) await ask(incident, asked);
  const approvalId = incident.state.steps[asked.id]?.approval?.id ?? '';
  const ended = incident.state.steps[asked.id]?.approval?.ended ?? (await untilDecided(incident, asked, isStopped));
  if (ended === 'approved') return { granted: true, approvalId };
  const reason = `The approval was ${ended}`;
  return { granted: false, refusal: { result: 'refused', code: `approval_${ended}`, reason } };
}

async function ask(incident: Incident, { id: stepId, title, requestedBy, approval, subject }: Asked): Promise<void> {
  const round = incident.state.steps[stepId]?.attempt ?? 1;
  const nowMs = Date.now();
  const approvalId = approvalIdOf(incident.id, stepId, round);
  const about = {
    incidentId: incident.id,
    planDigest: incident.state.plan?.planDigest ?? '',
    expiresAt: new Date(nowMs + approval.expiresAfterMs).toISOString(),
  };
  const request = {
    approvalId,
    subject: subject(about),
    title,
    requestedBy,
    quorum: approval.quorum,
    roles: approval.roles,
    ...(approval.breakGlass && { breakGlass: true }),
    at: new Date(nowMs).toISOString(),
  };
  const summary = `Ask for approval: ${title}`.slice(0, 180);
  const { digest, expiresAt } = await incident.store(summary, (store) => store.requestApproval(request));
  incident.record({ type: 'step_waiting', stepId, approvalId, round, digest, expiresAt });
  await Promise.all([
    incident.flush(),
    tell(incident, { kind: 'approval_requested', text: `Approval needed by ${expiresAt}: ${title}`, key: approvalId }),
  ]);
}

async function untilDecided(incident: Incident, asked: Asked, isStopped: () => boolean) {
  const approval = incident.state.steps[asked.id]?.approval;
  if (!approval) return 'cancelled';
  const expiresAtMs = Date.parse(approval.expiresAt);
  const { remindAfterMs } = asked.approval;
  let remindAtMs = remindAfterMs === null ? expiresAtMs : Date.now() + remindAfterMs;
  const escalations = escalationsOf(asked, expiresAtMs);
  for (;;) {
    const arrived = incident.decisionsArrived;
    const at = new Date().toISOString();
    const ask = { approvalId: approval.id, at, cancel: isStopped() };
    const standing = await incident.store('Approval: how it stands', (store) => store.settleApproval(ask));
    if (standing.status !== 'pending') {
      const { status: result, by, reason } = standing;
      if (standing.brokeGlass) await reviewLater(incident, asked.title, by, reason);
      incident.record({ type: 'approval_ended', stepId: asked.id, approvalId: approval.id, result, by, reason });
      return result;
    }
    const isWoken = () => incident.decisionsArrived > arrived || isStopped();
    const untilMs = Math.min(remindAtMs, escalations[0]?.atMs ?? expiresAtMs, expiresAtMs);
    const summary = `Approval: ${asked.title}`.slice(0, 180);
    if ((await incident.waitUntil(isWoken, untilMs, summary)) || untilMs >= expiresAtMs) continue;
    const text = `Still waiting: ${asked.title}`;
    if (untilMs === remindAtMs) {
      await tell(incident, { kind: 'approval_requested', text, key: `${approval.id}/reminder` });
      remindAtMs = expiresAtMs;
    }
    const [next] = escalations;
    if (next?.atMs !== untilMs) continue;
    escalations.shift();
    await tellAll(incident, { kind: 'approval_requested', text, key: `${approval.id}/${next.key}` }, next.to, null);
  }
}

interface Escalation {
  atMs: number;
  to: { channel: string; to: string }[];
  key: string;
}

/** By time. Counted from when it was asked; who was told before a restart is not told again, as the keys are the same. */
function escalationsOf({ approval }: Asked, expiresAtMs: number): Escalation[] {
  const askedAtMs = expiresAtMs - approval.expiresAfterMs;
  const all = (approval.escalations ?? []).map(({ afterMs, to }, index) => {
    return { atMs: askedAtMs + afterMs, to, key: `escalation-${index + 1}` };
  });
  return all.sort((a, b) => a.atMs - b.atMs);
}

/** One person acted alone: everyone hears of it now, and somebody looks at it afterwards. */
async function reviewLater(incident: Incident, title: string, by: string[], reason: string): Promise<void> {
  const text = `Break-glass: ${by.join(', ')} approved "${title}" alone (${reason})`;
  const followUp = `${text}; review whether that was right`;
  if (!incident.state.followUps.includes(followUp)) incident.record({ type: 'follow_up_added', text: followUp });
  await tell(incident, { kind: 'update', text, key: `break-glass/${title}` });
}
