// Running the steps of a flow that hold no other steps, each by its kind, to an outcome on record.

import { assertNever } from '../../src/core/assert-never.ts';
import type { StepOutcome } from '../../src/core/incident/events.ts';
import type { LeafNode, NotifyNode, SetNode } from '../../src/core/incident/flow.ts';
import { completed, notThrough } from '../../src/core/playbook/outcomes.ts';
import { runApprove } from './approvals.ts';
import type { Incident } from './incident.ts';
import { tellAll } from './page.ts';
import { runAsk } from './questions.ts';
import { finish, runStep } from './steps.ts';
import { runWait } from './waits.ts';

export async function runNode(incident: Incident, node: LeafNode, isStopped: () => boolean): Promise<void> {
  if (node.type === 'action') return runAction(incident, node, isStopped);
  finish(incident, node, await outcomeOf(incident, node, isStopped));
  // What a step sets is written with whatever comes next.
  if (node.type !== 'set') await incident.flush();
}

async function runAction(incident: Incident, node: Extract<LeafNode, { type: 'action' }>, isStopped: () => boolean) {
  const outcome = await runStep(incident, node, isStopped);
  const isLeft = outcome.result === 'unknown' && !isStopped();
  if (isLeft) incident.record({ type: 'step_left_unknown', stepId: node.id, title: node.title });
}

function outcomeOf(
  incident: Incident,
  node: Exclude<LeafNode, { type: 'action' }>,
  isStopped: () => boolean,
): Promise<StepOutcome> {
  switch (node.type) {
    case 'approve':
      return runApprove(incident, node, isStopped);
    case 'notify':
      return notify(incident, node);
    case 'ask':
      return runAsk(incident, node, isStopped);
    case 'wait':
      return runWait(incident, node, isStopped);
    case 'set':
      return setValues(incident, node);
    default:
      return assertNever(node);
  }
}

async function setValues(incident: Incident, { id, title, scope, values }: SetNode): Promise<StepOutcome> {
  incident.record({ type: 'values_set', stepId: id, title, scope, values });
  return completed('Set');
}

async function notify(incident: Incident, { id, text, to, timeoutMs }: NotifyNode): Promise<StepOutcome> {
  const attempt = incident.state.steps[id]?.attempt ?? 1;
  const message = { kind: 'update', text, key: `notify/${id}/${attempt}` } as const;
  const told = await tellAll(incident, message, to, timeoutMs);
  const reached = told.filter(({ result }) => result === 'sent').length;
  if (reached > 0) return completed(`Told ${reached} of ${told.length}`);
  const reason = told.map(({ detail }) => detail).join('; ') || 'There is nobody to tell';
  const isMissing = told.every(({ result }) => result === 'not_configured');
  if (isMissing) return { result: 'skipped', code: 'not_configured', reason };
  return notThrough('not_delivered', reason);
}
