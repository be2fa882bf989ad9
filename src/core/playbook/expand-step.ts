// One step of a playbook → its planned steps: `for_each` unrolled, `if` decided, parameters computed. Whatever the data
// lacks skips a step with its reason; it never stops the incident.

import { z } from 'zod';
import { canonicalJson, type Json } from '../canonical.ts';
import { compile, itemTypeOf } from '../expression/compile.ts';
import type { LocalNames } from '../expression/environment.ts';
import { type Evaluated, evaluate, evaluateRaw, toJson } from '../expression/evaluate.ts';
import type { Scope } from '../expression/scope.ts';
import { derivedId } from '../ids.ts';
import type { PlannedStep } from '../incident/plan.ts';
import type { ResponsePlan } from '../plan/response-plan.ts';
import { type ActionStep, type ForEachStep, type Step, stepBounds } from '../plan/step.ts';
import { durationMs, isExpression } from '../plan/values.ts';
import type { ActionRegistry, ActionView, Capabilities } from './action-view.ts';
import { holdOf, plain, type StepSubject, subjectOf, unplanned } from './plan-step.ts';
import { allowanceFor, approvalPolicy, lowerLevel, type PolicyFacts } from './policy.ts';

export interface ExpandInput {
  plan: ResponsePlan;
  actions: ActionRegistry;
  capabilities: Capabilities;
  drill: boolean;
  /** `playbook:<name>`. */
  requestedBy: string;
  policy: PolicyFacts;
  scope: Scope;
}

/** `note` takes what the timeline should say beside the steps. */
export function expandStep(step: Step, input: ExpandInput, note: (reason: string) => void): PlannedStep[] {
  if ('for_each' in step) return expandItems(step, input, note);
  return 'action' in step ? [expandAction(step, step.id, input)] : [];
}

function expandItems(step: ForEachStep, input: ExpandInput, note: (reason: string) => void): PlannedStep[] {
  const actions = step.for_each.steps.filter((one) => 'action' in one);
  const skipWhole = (code: string, reason: string): PlannedStep[] =>
    actions.map((one) => {
      const action = input.actions.get(one.action) ?? absentAction(one.action);
      return planned(one, one.id, action, unplanned(action, {}, code, reason), input);
    });
  const list = itemsOf(step.for_each.in, input.scope);
  if (!list.ok) return skipWhole('expression_failed', `for_each: ${list.reason}`);
  if (list.items.length === 0) return skipWhole('nothing_to_do', 'for_each found nothing in the alerts');
  if (list.left > 0) {
    note(`step ${step.id}: only the first ${list.items.length} items; ${list.left} more were left out`);
  }
  return list.items.flatMap((item) => {
    const scope = { ...input.scope, item: item.value };
    return actions.map((one) => expandAction(one, `${one.id}.${item.id}`, { ...input, scope }, list.itemType));
  });
}

function expandAction(step: ActionStep, id: string, input: ExpandInput, itemType?: string): PlannedStep {
  const action = input.actions.get(step.action);
  if (!action) {
    const absent = absentAction(step.action);
    const reason = `There is no action ${step.action} in this version of Firebreak`;
    return planned(step, id, absent, unplanned(absent, {}, 'action_unknown', reason), input);
  }
  const subject = fill(step, action, input, input.scope, itemType);
  return planned(step, id, action, { ...subject, title: titleOf(step, input.scope, itemType) ?? subject.title }, input);
}

/** Stands in for an action that a stored plan names and this version of Firebreak has not. */
function absentAction(name: string): ActionView {
  return {
    name,
    title: name,
    kind: 'check',
    risk: 'high',
    params: z.never(),
    timeoutMs: 1_000,
    target: () => 'none',
    describe: () => name,
    refuse: () => undefined,
  };
}

type Items =
  | { ok: true; items: { id: string; value: unknown }[]; itemType: string; left: number }
  | { ok: false; reason: string };

function itemsOf(forEach: string, scope: Scope): Items {
  const raw = evaluateRaw(forEach, scope, namesOf());
  if (!raw.ok) return { ok: false, reason: raw.reason };
  if (!Array.isArray(raw.value)) return { ok: false, reason: 'the result is no list' };
  const items = new Map<string, { id: string; value: unknown }>();
  for (const value of raw.value) {
    const json = toJson(value);
    if (!json.ok) return { ok: false, reason: json.reason };
    const text = canonicalJson(json.value);
    // A hash and not the item itself: ids are plaintext in many places, and items may be names of people.
    items.set(text, { id: derivedId(6, 'item', text), value });
  }
  const kept = [...items.values()].slice(0, stepBounds.items);
  return {
    ok: true,
    items: kept,
    itemType: itemTypeOf(compile(forEach, namesOf()).type),
    left: items.size - kept.length,
  };
}

function fill(step: ActionStep, action: ActionView, input: ExpandInput, scope: Scope, itemType?: string): StepSubject {
  if (step.if !== undefined) {
    const wanted = evaluate(step.if, scope, namesOf(itemType));
    if (!wanted.ok) return unplanned(action, {}, 'expression_failed', `if: ${wanted.reason}`);
    if (wanted.value !== true) return unplanned(action, {}, 'condition_false', `not the case: ${step.if}`);
  }
  const params = computed(step.with, scope, itemType);
  if (!params.ok) return unplanned(action, {}, 'expression_failed', params.reason);
  return subjectOf({ ...input, action, params: params.value });
}

const namesOf = (item?: string): LocalNames => (item === undefined ? { steps: true } : { steps: true, item });

/** The value with every expression in it computed, however deep. */
function computed(written: Json, scope: Scope, itemType?: string): Evaluated<Json> {
  if (isExpression(written)) return evaluate(written, scope, namesOf(itemType));
  if (typeof written !== 'object' || written === null) return { ok: true, value: written };
  const made: [string, Json][] = [];
  for (const [name, member] of Object.entries(written)) {
    const value = computed(member ?? null, scope, itemType);
    if (!value.ok) return { ...value, reason: `${name}: ${value.reason}` };
    made.push([name, value.value]);
  }
  return { ok: true, value: Array.isArray(written) ? made.map(([, value]) => value) : Object.fromEntries(made) };
}

/** The action's own words when the step has none, or none that can be computed. */
function titleOf(step: ActionStep, scope: Scope, itemType?: string): string | undefined {
  if (step.title === undefined || !isExpression(step.title)) return step.title && plain(step.title);
  const made = evaluate(step.title, scope, namesOf(itemType));
  return made.ok && typeof made.value === 'string' && made.value !== '' ? plain(made.value) : undefined;
}

function planned(
  step: ActionStep,
  id: string,
  action: ActionView,
  subject: StepSubject,
  input: ExpandInput,
): PlannedStep {
  const allowed = allowanceFor(input.plan.approvals, action, input.policy);
  const timeoutMs = step.timeout === undefined ? action.timeoutMs : durationMs(step.timeout);
  const holdMs = step.hold === undefined ? undefined : durationMs(step.hold);
  return {
    id,
    ...subject,
    requestedBy: input.requestedBy,
    action: action.name,
    kind: action.kind,
    reversible: action.undo !== undefined,
    level: lowerLevel(step.level, allowed.highest_level),
    approval: approvalPolicy(allowed, step.approval),
    timeoutMs: Math.min(timeoutMs, action.timeoutMs),
    attempts: step.retry.attempts,
    onFailure: typeof step.on_failure === 'string' ? step.on_failure : 'fail',
    holdMs: holdOf(input.plan, action, holdMs),
  };
}
