// What a failed step means for the steps after it.

import { assertNever } from '../../src/core/assert-never.ts';
import { type FlowNode, listsIn } from '../../src/core/incident/flow.ts';
import { undoSteps } from './containments.ts';
import type { Incident } from './incident.ts';
import { tell } from './page.ts';

/** @param undo ids of the steps that the policy undoes */
export async function handleFailure(incident: Incident, node: FlowNode, undo: readonly string[]): Promise<void> {
  const { id: stepId, title, onFailure } = node;
  if (onFailure === 'steps') return;
  const attempt = incident.state.steps[stepId]?.attempt;
  // The steps inside that failed are on the list by themselves, and those whose policy it is were told of.
  const isByInside = listsIn(node).length > 0 && codeOf(incident, stepId) !== 'timed_out';
  const text = isByInside ? whyOf(incident, node) : noteFailure(incident, node);
  switch (onFailure) {
    case 'continue':
    case 'fail':
      break;
    case 'undo':
      await undoSteps(
        incident,
        incident.state.undos.filter((id) => undo.includes(id)),
        `step ${stepId} failed`,
      );
      break;
    case 'escalate':
      if (!isByInside) await tell(incident, { kind: 'question', text, key: `failed/${keyOf(incident, stepId)}` });
      break;
    default:
      return assertNever(onFailure);
  }
  // Unless a person had it begin anew meanwhile: then it has not failed.
  const isSame = incident.state.steps[stepId]?.attempt === attempt;
  if (isSame) incident.record({ type: 'failure_handled', stepId, title, policy: onFailure });
  await incident.flush();
}

/** Puts the failure on the list of what is left for people; once, however often it is asked. */
export function noteFailure(incident: Incident, node: Pick<FlowNode, 'id' | 'title'>): string {
  const text = whyOf(incident, node);
  if (!incident.state.followUps.includes(text)) incident.record({ type: 'follow_up_added', text });
  return text;
}

function whyOf(incident: Incident, { id, title }: Pick<FlowNode, 'id' | 'title'>): string {
  const outcome = incident.state.steps[id]?.outcome;
  const why = outcome && 'reason' in outcome ? outcome.reason : (outcome?.outcome.detail ?? 'not run');
  return `Not done: ${title}. ${why}`;
}

function codeOf(incident: Incident, stepId: string): string | undefined {
  const outcome = incident.state.steps[stepId]?.outcome;
  return outcome?.result === 'failed' && 'failure' in outcome.outcome ? outcome.outcome.failure.code : undefined;
}

const keyOf = (incident: Incident, stepId: string): string => `${stepId}/${incident.state.steps[stepId]?.attempt ?? 1}`;
