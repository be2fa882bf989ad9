// The phases of an incident up to its end, each a few lines. A phase that was done in an earlier run returns at once.

import { everyNode } from '../../src/core/incident/flow.ts';
import { runFlow } from './flow.ts';
import type { Incident } from './incident.ts';
import { applyMessages } from './messages.ts';
import { pageOnConsole } from './page.ts';
import { untilRecovered } from './recovery.ts';
import { recordSearchAttributes, setStatus } from './status.ts';

export async function triage(incident: Incident): Promise<void> {
  if (incident.state.plan) return;
  applyMessages(incident);
  const { incidentId, severity, title, times, seenThrough } = incident.state;
  const opened = { incidentId, severity, title, impactStartedAt: times.impactStartedAt, detectedAt: times.detectedAt };
  const plan = await incident.store('Triage: decide the response', (store) =>
    store.planResponse({ opened, through: seenThrough }),
  );
  incident.record({ type: 'triaged', plan });
  const { verdict } = plan;
  if (verdict.kind === 'dismiss') {
    incident.record({ type: 'ended', disposition: verdict.disposition, reason: verdict.reason });
  }
  if (verdict.kind === 'respond') {
    setStatus(incident, 'containment', 'triaged');
    pageOnConsole(incident);
  }
  recordSearchAttributes(incident);
  // Not flushed: the first step's write, or the wait's, carries these facts too.
}

/** Contain, then look whether it helped. */
export async function contain(incident: Incident): Promise<void> {
  const { plan, status } = incident.state;
  if (!plan || status !== 'containment' || incident.isEnding) return;
  const nodes = [...plan.contain, ...plan.verify];
  const wentThrough = (await runFlow(incident, { nodes, isLeft: () => false })) === 'done';
  if (incident.isEnding) return;
  if (wentThrough && isReallyContained(incident)) incident.record({ type: 'contained' });
  setStatus(incident, 'recovery', wentThrough ? 'containment is done' : 'containment stopped; see the follow-ups');
}

/** Simulated and observed steps contain nothing, so they stop no clock. */
function isReallyContained(incident: Incident): boolean {
  const { plan, late, steps } = incident.state;
  return everyNode(plan?.contain ?? [], late).some(({ id, type }) => {
    const outcome = type === 'action' ? steps[id]?.outcome : undefined;
    return outcome?.result === 'done' && outcome.outcome.state === 'applied';
  });
}

export async function recover(incident: Incident): Promise<void> {
  const { plan, status } = incident.state;
  if (!plan || status !== 'recovery' || incident.isEnding) return;
  const isLeft = () => incident.state.status !== 'recovery';
  await runFlow(incident, { nodes: plan.recover, before: [...plan.contain, ...plan.verify], isLeft });
  if (isLeft()) return;
  await untilRecovered(incident, plan.waits, isLeft);
  if (!incident.isEnding && !isLeft()) setStatus(incident, 'review', 'recovered');
}

/** Time for people to add to the record. Alerts that fire again, or a reopening, send the incident back to recovery. */
export async function review(incident: Incident): Promise<void> {
  const { plan, status, times } = incident.state;
  if (!plan || status !== 'review' || incident.isEnding || plan.waits.reviewMs === 0) return;
  await incident.flush();
  const isInterrupted = () => incident.state.status !== 'review' || incident.isEnding || hasRefired(incident);
  const untilMs = Date.parse(times.resolvedAt ?? times.detectedAt) + plan.waits.reviewMs;
  await incident.waitUntil(isInterrupted, untilMs, 'Review: time for people to add to the record');
  if (incident.state.status === 'review' && hasRefired(incident)) {
    incident.record({ type: 'reopened', reason: 'an alert fired again during the review' });
    await incident.flush();
  }
}

/** Only for incidents that recovered by their alerts: a person who resolved knows that some may fire on. */
function hasRefired(incident: Incident): boolean {
  return incident.state.recovered === 'alerts_resolved' && incident.state.firing > 0;
}
