// What differs between two responses to the same incident: what is decided, who is told, each step with its parameters,
// its level and its approvers. Words that only people read (titles, reasons) are no difference.

import { canonicalJson, type Json } from '../canonical.ts';
import { everyNode, type FlowNode } from '../incident/flow.ts';
import type { ResponsePlanned } from '../incident/plan.ts';
import { phases } from '../plan/playbook.ts';

export type Aspect = 'verdict' | 'severity' | 'service' | 'team' | 'playbook' | 'told' | 'waits' | 'step';

export interface Difference {
  aspect: Aspect;
  /** Of a step: its id. */
  step?: string;
  /** Keys to what differs in it, as in `approval.quorum`; empty for the whole. */
  path: string;
  /** Null: it is not there. */
  before: Json;
  after: Json;
}

export function compareResponses(before: ResponsePlanned, after: ResponsePlanned): Difference[] {
  const whole = (aspect: Aspect, a: unknown, b: unknown): Difference[] =>
    changes(asJson(a), asJson(b)).map((change) => ({ aspect, ...change }));
  return [
    ...whole('verdict', before.verdict, after.verdict),
    ...whole('severity', before.severity, after.severity),
    ...whole('service', before.service, after.service),
    ...whole('team', before.team, after.team),
    ...whole('playbook', before.playbook, after.playbook),
    ...whole('told', before.page, after.page),
    ...whole('waits', before.waits, after.waits),
    ...compareSteps(stepsOf(before), stepsOf(after)),
  ];
}

/** An incident that is dismissed or merged runs no step. */
function stepsOf(response: ResponsePlanned): Map<string, Json> {
  const steps = new Map<string, Json>();
  if (response.verdict.kind !== 'respond') return steps;
  for (const phase of phases) {
    for (const [index, node] of everyNode(response[phase]).entries()) {
      steps.set(node.id, asJson({ phase, position: index + 1, ...behaviourOf(node) }));
    }
  }
  return steps;
}

/** Without the steps inside, which are compared by themselves, and without words. */
function behaviourOf(node: FlowNode): Record<string, unknown> {
  const { id: _, title: __, rescue, ...rest } = node;
  const own: Record<string, unknown> = { ...rest, rescue: rescue?.map(({ id }) => id) };
  delete own.requestedBy;
  for (const key of ['branches', 'items']) {
    if (Array.isArray(own[key])) own[key] = (own[key] as FlowNode[][]).map((list) => list.map(({ id }) => id));
  }
  if (Array.isArray(own.steps)) own.steps = (own.steps as FlowNode[]).map(({ id }) => id);
  return own;
}

function compareSteps(before: Map<string, Json>, after: Map<string, Json>): Difference[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  return ids.flatMap((step) => {
    const [a, b] = [before.get(step), after.get(step)];
    if (a !== undefined && b !== undefined)
      return changes(a, b).map((change) => ({ aspect: 'step' as const, step, ...change }));
    return [{ aspect: 'step' as const, step, path: '', before: a ?? null, after: b ?? null }];
  });
}

type Change = Pick<Difference, 'path' | 'before' | 'after'>;

/** The deepest members that differ. Lists are compared as a whole: their order matters. */
function changes(before: Json, after: Json, path: readonly string[] = []): Change[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [{ path: path.join('.'), before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => changes(before[key] ?? null, after[key] ?? null, [...path, key]));
}

const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null));
