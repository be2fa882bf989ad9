// What can only be decided when it is reached: in one local activity, because expressions never run in the sandbox and
// the result must be in the history.

import type { FlowNode, FlowPlace, LateNode, UseNode } from '../../src/core/incident/flow.ts';
import { allNodes } from '../../src/core/incident/state.ts';
import { notThrough } from '../../src/core/playbook/outcomes.ts';
import type { ComputedValues } from '../../src/core/playbook/reached.ts';
import { reachedAt } from '../../src/core/playbook/reached-at.ts';
import type { Incident } from './incident.ts';
import { finish } from './steps.ts';

/** Of all steps that one incident may come to. */
const mostSteps = 200;
const mostCharacters = 500_000;

export async function planReached(incident: Incident, node: LateNode): Promise<void> {
  const { state } = incident;
  const all = [state.plan?.contain, state.plan?.verify, state.plan?.recover, Object.values(state.late)];
  const room = {
    steps: mostSteps - allNodes(state).length + 1,
    characters: mostCharacters - JSON.stringify(all).length + JSON.stringify(node).length,
  };
  const input = { ...reachedAt(state, node.place), node, room };
  const planned: FlowNode = await incident.store(`Plan: ${node.title}`.slice(0, 180), (store) => store.planStep(input));
  incident.record({ type: 'step_planned', stepId: node.id, node: planned });
}

export async function computeOutputs(incident: Incident, node: UseNode): Promise<void> {
  if (!node.outputs) return;
  const { expressions, place } = node.outputs;
  const computed = await valuesAt(incident, place, expressions, `Outputs: ${node.title}`.slice(0, 180));
  const { id: stepId, title } = node;
  if (computed.ok) incident.record({ type: 'outputs_computed', stepId, title, values: computed.values });
  else finish(incident, node, notThrough('outputs_failed', computed.reason));
}

export function valuesAt(
  incident: Incident,
  place: FlowPlace,
  written: Record<string, string>,
  summary: string,
): Promise<ComputedValues> {
  const input = { ...reachedAt(incident.state, place), written };
  return incident.store(summary, (store) => store.computeValues(input));
}
