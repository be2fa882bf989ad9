// How a test speaks of steps: by the id that the playbook gives, or by the path to it through the modules that hold it. A
// step that ran for each of a list has instances, whose ids end in a hash of their item.

import type { FlowNode } from '../core/incident/flow.ts';
import { allNodes, type IncidentState } from '../core/incident/state.ts';

/** The step itself, or its instances; only those on the target, when one is given. */
export function instancesOf(state: IncidentState | undefined, written: string, target?: string): FlowNode[] {
  const nodes = state ? allNodes(state) : [];
  return nodes.filter((node) => isInstanceOf(node.id, written) && (target === undefined || targetOf(node) === target));
}

/** Of an action; other steps have none. */
export const targetOf = (node: FlowNode): string | undefined => (node.type === 'action' ? node.target : undefined);

export function isInstanceOf(stepId: string, written: string): boolean {
  const path = stepId.replaceAll(itemHash, '');
  return [stepId, path].some((one) => one === written || one.endsWith(`.${written}`));
}

/** As core/ids.ts makes them: six characters of base32. */
const itemHash = /\.[0-9a-hjkmnp-tv-z]{6}(?=$|\.)/g;
