// Steps as written → the flow of one incident: conditions decided, lists unrolled, cases chosen, modules expanded,
// parameters computed. What looks at earlier steps stays as it was written and is planned when it is reached.

import type { Json } from '../canonical.ts';
import { evaluate } from '../expression/evaluate.ts';
import type {
  ChooseNode,
  FlowNode,
  FlowPlace,
  ForEachNode,
  LateNode,
  ParallelNode,
  UseNode,
} from '../incident/flow.ts';
import { isOfType, type Module } from '../plan/module.ts';
import {
  type ChooseStep,
  type ForEachStep,
  type ParallelStep,
  type Step,
  stepBounds,
  type UseStep,
} from '../plan/step.ts';
import { itemsOf } from './items.ts';
import { isLate, letsTimePass } from './late.ts';
import { idAt, itemPlace, type Local, localAt, modulePlace } from './place.ts';
import { planAction, planApprove, planAsk, planNotify, planSet, planWait } from './plan-leaf.ts';
import { plain } from './plan-step.ts';
import { computed, msOf, type PlanContext, stepPart, titleOf } from './planning.ts';
import { nothingSeen } from './seen.ts';

type Skip = FlowNode['skip'];

/** Where a list of steps stands, and the item there as CEL made it. */
interface Here {
  place: FlowPlace;
  item?: { value: unknown; type: string };
  /** Time has passed on purpose before. */
  isLater: boolean;
}

/** Bounded: what finds no room is left out, with a note. */
export function planSteps(steps: readonly Step[], here: Here, context: PlanContext): FlowNode[] {
  const made: FlowNode[] = [];
  let { isLater } = here;
  for (const step of steps) {
    const node = planUnlessLate(step, { ...here, isLater }, context);
    if (!node) break;
    made.push(node);
    isLater ||= letsTimePass(step);
  }
  return made;
}

function planUnlessLate(step: Step, here: Here, context: PlanContext): FlowNode | undefined {
  const local = localAt(here.place, context.facts, nothingSeen, here.item);
  if (!isLate(step, local.names, here.isLater)) return planned(step, here, local, context);
  const late: LateNode = {
    ...stepPart(step, here.place, titleOf(step, local) ?? step.id),
    type: 'late',
    skip: null,
    written: step as unknown as Json,
    place: here.place,
  };
  return taken(late, step, here, context);
}

/** The step that was reached, with what came of those before it. Never late itself; steps inside it may be. */
export function planReached(step: Step, place: FlowPlace, context: PlanContext): FlowNode | undefined {
  const local = localAt(place, context.facts, context.seen ?? nothingSeen);
  return planned(step, { place, isLater: true }, local, context);
}

function planned(step: Step, here: Here, local: Local, context: PlanContext): FlowNode | undefined {
  const skip = skipOf(step, local);
  const { place } = here;
  if ('action' in step) return taken(planAction(step, place, local, skip, context), step, here, context);
  if ('approve' in step) return taken(planApprove(step, place, local, skip, context), step, here, context);
  if ('notify' in step) return taken(planNotify(step, place, local, skip, context), step, here, context);
  if ('ask' in step) return taken(planAsk(step, place, local, skip), step, here, context);
  if ('wait' in step) return taken(planWait(step, place, local, skip), step, here, context);
  if ('set' in step) return taken(planSet(step, place, local, skip), step, here, context);
  return planGroup(step, here, local, skip, context);
}

/** The group without what is inside it counts as a step too. */
function planGroup(
  step: ParallelStep | ForEachStep | ChooseStep | UseStep,
  here: Here,
  local: Local,
  skip: Skip,
  context: PlanContext,
): FlowNode | undefined {
  const title = titleOf(step, local);
  const head = (words: string, why: Skip) => ({
    ...stepPart(step, here.place, title ?? words),
    skip: why,
    timeoutMs: msOf(step.timeout),
  });
  const room = <Node extends FlowNode>(node: Node): Node | undefined => taken(node, step, here, context);
  if ('parallel' in step) {
    const node = room<ParallelNode>({ ...head('Several at a time', skip), type: 'parallel', branches: [] });
    if (node && !skip) node.branches = step.parallel.map(({ steps }) => planSteps(steps, here, context));
    return node;
  }
  if ('choose' in step) {
    const chosen = skip ? { skip } : caseOf(step, local);
    const node = room<ChooseNode>({
      ...head('Choose', 'skip' in chosen ? chosen.skip : null),
      type: 'choose',
      steps: [],
    });
    if (node && 'steps' in chosen) node.steps = planSteps(chosen.steps, here, context);
    return node;
  }
  if ('use' in step) return planUse(step, here, local, skip, head, room, context);
  return planForEach(step, here, local, skip, head, room, context);
}

type Head = (words: string, why: Skip) => Omit<Extract<FlowNode, { type: 'parallel' }>, 'type' | 'branches'>;
type Room = <Node extends FlowNode>(node: Node) => Node | undefined;

function planForEach(
  step: ForEachStep,
  here: Here,
  local: Local,
  skip: Skip,
  head: Head,
  room: Room,
  context: PlanContext,
): FlowNode | undefined {
  const { in: list, at_once: atOnce, on_item_failure } = step.for_each;
  const found = skip ? { skip } : itemsOf(list, local);
  const node = room<ForEachNode>({
    ...head('For each item', 'skip' in found ? found.skip : null),
    type: 'for_each',
    items: [],
    atOnce,
    stopsOnFailure: on_item_failure === 'stop',
  });
  if (!node || 'skip' in found) return node;
  if (found.left > 0) {
    context.note(`step ${node.id}: only the first ${found.items.length} items; ${found.left} more were left out`);
  }
  for (const { hash, json, value } of found.items) {
    const place = itemPlace(here.place, hash, json, found.type);
    const steps = planSteps(step.for_each.steps, { ...here, place, item: { value, type: found.type } }, context);
    if (steps.length > 0) node.items.push(steps);
  }
  return node;
}

function planUse(
  step: UseStep,
  here: Here,
  local: Local,
  skip: Skip,
  head: Head,
  room: Room,
  context: PlanContext,
): FlowNode | undefined {
  const module = context.plan.modules.find((one) => one.name === step.use);
  const inputs = skip ? { skip } : inputsOf(step, module, here.place, local);
  const node = room<UseNode>({
    ...head(module?.title ?? step.use, 'skip' in inputs ? inputs.skip : null),
    type: 'use',
    module: step.use,
    steps: [],
    outputs: null,
  });
  if (!node || !module || 'skip' in inputs) return node;
  const place = modulePlace(here.place, step.id, module, inputs.values);
  node.steps = planSteps(module.steps, { place, isLater: here.isLater }, context);
  if (Object.keys(module.outputs).length > 0) node.outputs = { expressions: module.outputs, place };
  return node;
}

type Inputs = { values: Record<string, Json> } | { skip: Skip };

function inputsOf(step: UseStep, module: Module | undefined, place: FlowPlace, local: Local): Inputs {
  const no = (code: string, reason: string): Inputs => ({ skip: { code, reason: plain(reason) } });
  if (!module) return no('module_unknown', `There is no module ${step.use}`);
  if (place.modules.length >= stepBounds.uses)
    return no('too_deep', `More than ${stepBounds.uses} modules in each other`);
  const given = computed(step.with, local);
  if (!given.ok) return no('expression_failed', given.reason);
  const values: Record<string, Json> = {};
  for (const [name, { type, required, default: otherwise }] of Object.entries(module.inputs)) {
    const value = (given.value as Record<string, Json>)[name] ?? otherwise;
    if (value !== undefined && isOfType(type, value)) values[name] = value;
    else if (value !== undefined) return no('input_invalid', `${name}: the value is no ${type}`);
    else if (required) return no('input_missing', `${name}: there is no value`);
  }
  return { values };
}

function caseOf({ choose }: ChooseStep, { scope, names }: Local): { steps: Step[] } | { skip: Skip } {
  for (const { when, steps } of choose) {
    if (when === undefined) return { steps };
    const holds = evaluate(when, scope, names);
    if (holds.ok && holds.value === true) return { steps };
    // As in a rule: a label that is not there is "no".
    if (!holds.ok && !isAbsence(holds.code)) {
      return { skip: { code: 'expression_failed', reason: plain(`when: ${holds.reason}`) } };
    }
  }
  return { skip: { code: 'no_case', reason: 'No case was true' } };
}

const isAbsence = (code: string): boolean => code === 'no_such_key' || code === 'index_out_of_bounds';

function skipOf(step: Step, { scope, names }: Local): Skip {
  if (step.if === undefined) return null;
  const wanted = evaluate(step.if, scope, names);
  if (!wanted.ok) return { code: 'expression_failed', reason: plain(`if: ${wanted.reason}`) };
  return wanted.value === true ? null : { code: 'condition_false', reason: plain(`not the case: ${step.if}`) };
}

/** The node with the steps that make up for its failure; undefined when there is no room for it. */
function taken<Node extends FlowNode>(node: Node, step: Step, here: Here, context: PlanContext): Node | undefined {
  if (!context.budget.take(node)) {
    context.note(`step ${idAt(here.place, step.id)} and what follows it were left out: the response is too long`);
    return undefined;
  }
  if (typeof step.on_failure !== 'string' && node.type !== 'late' && !node.skip) {
    node.rescue = planSteps(step.on_failure.steps, { ...here, isLater: true }, context);
  }
  return node;
}
