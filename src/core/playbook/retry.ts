// Resuming a failed run: which steps begin anew when a person asks for it, and which groups that opens again.

import type { IncidentFact } from '../incident/events.ts';
import { everyNode, type FlowNode, listsIn } from '../incident/flow.ts';
import type { IncidentState } from '../incident/state.ts';
import { isThrough } from './outcomes.ts';

/** Facts of beginning anew what failed: the step, what failed inside it, or with null whatever failed. */
export function retryFacts(state: IncidentState, stepId: string | null): IncidentFact[] {
  const { plan } = state;
  if (!plan) return [];
  const contain = failedIn([...plan.contain, ...plan.verify], state, stepId);
  const recover = failedIn(plan.recover, state, stepId);
  const retried = [...contain, ...recover].map(({ node, groups }): IncidentFact => {
    const attempt = (state.steps[node.id]?.attempt ?? 1) + 1;
    return { type: 'step_retried', stepId: node.id, title: node.title, attempt, by: 'person', reopens: groups };
  });
  const phase = contain.length > 0 ? 'containment' : 'recovery';
  const isBack = retried.length > 0 && state.status !== phase && state.status !== 'containment';
  if (!isBack) return retried;
  return [...retried, { type: 'status_changed', status: phase, reason: 'failed steps begin anew' }];
}

interface Failed {
  node: FlowNode;
  /** Outermost first. */
  groups: string[];
}

function failedIn(nodes: readonly FlowNode[], state: IncidentState, stepId: string | null): Failed[] {
  const walk = (list: readonly FlowNode[], groups: string[], isWanted: boolean): Failed[] =>
    list.flatMap((written) => {
      const node = state.late[written.id] ?? written;
      const wanted = isWanted || node.id === stepId;
      const lists = listsIn(node);
      const inside = lists.flatMap((inner) => walk(inner, [...groups, node.id], wanted));
      const rescue = walk(node.rescue ?? [], groups, wanted);
      const hasFailed = wanted && hasFailedItself(node, state, inside.length > 0) && !isMadeUpFor(node, state);
      return [...(hasFailed ? [{ node, groups }] : []), ...inside, ...rescue];
    });
  return walk(nodes, [], stepId === null);
}

/** Not because of steps inside it that begin anew, which opens it again anyway. */
function hasFailedItself(node: FlowNode, { steps }: IncidentState, hasInside: boolean): boolean {
  const result = steps[node.id]?.outcome?.result;
  return !hasInside && (result === 'failed' || result === 'refused');
}

function isMadeUpFor({ onFailure, rescue = [] }: FlowNode, { steps, late }: IncidentState): boolean {
  const ended = everyNode(rescue, late).map(({ id }) => steps[id]?.outcome);
  return onFailure === 'steps' && ended.every((outcome) => outcome !== undefined && isThrough(outcome));
}
