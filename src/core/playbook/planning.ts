// What planning a flow works with, and what it has used up so far.

import type { Json } from '../canonical.ts';
import { type Evaluated, evaluate } from '../expression/evaluate.ts';
import type { Scope } from '../expression/scope.ts';
import type { FlowNode, FlowPlace, FlowStep } from '../incident/flow.ts';
import type { ResponsePlan } from '../plan/response-plan.ts';
import { type Step, stepBounds } from '../plan/step.ts';
import { durationMs, isExpression } from '../plan/values.ts';
import type { ActionRegistry, Capabilities } from './action-view.ts';
import { idAt, type Local } from './place.ts';
import { plain } from './plan-step.ts';
import type { PolicyFacts } from './policy.ts';
import type { Seen } from './seen.ts';

export interface PlanContext {
  plan: ResponsePlan;
  actions: ActionRegistry;
  capabilities: Capabilities;
  drill: boolean;
  /** `playbook:<name>`. */
  requestedBy: string;
  policy: PolicyFacts;
  /** Of the incident, as its facts are now. */
  facts: Scope;
  /** What came of the steps before the one that is planned; null at triage, when nothing has come of anything. */
  seen: Seen | null;
  budget: Budget;
  /** Takes what the timeline should say beside the steps. */
  note: (reason: string) => void;
}

/** One response travels in one payload of Temporal. What is beyond the bounds is left out, with a note. */
export class Budget {
  private steps: number;
  private characters: number;
  private isOver = false;

  constructor(stepsLeft: number = stepBounds.planned, charactersLeft: number = stepBounds.characters) {
    this.steps = stepsLeft;
    this.characters = charactersLeft;
  }

  /** False when there is no room for it. */
  take(node: FlowNode): boolean {
    const { length } = JSON.stringify(node);
    if (this.isOver || this.steps < 1 || this.characters < length) {
      this.isOver = true;
      return false;
    }
    this.steps -= 1;
    this.characters -= length;
    return true;
  }
}

/** What all kinds have in common. The steps that make up for a failure are planned by the caller. */
export function stepPart(step: Step, place: FlowPlace, title: string): Omit<FlowStep, 'skip'> {
  const onFailure = typeof step.on_failure === 'string' ? step.on_failure : 'steps';
  return { id: idAt(place, step.id), title, onFailure };
}

export const msOf = (text: string | undefined): number | null => (text === undefined ? null : durationMs(text));

/** The shorter of what the step says and its `timeout`. */
export const within = (text: string, timeout: string | undefined): number =>
  Math.min(durationMs(text), msOf(timeout) ?? Number.POSITIVE_INFINITY);

/** The value with every expression in it computed, however deep. */
export function computed(written: Json, { scope, names }: Local): Evaluated<Json> {
  if (isExpression(written)) return evaluate(written, scope, names);
  if (typeof written !== 'object' || written === null) return { ok: true, value: written };
  const made: [string, Json][] = [];
  for (const [name, member] of Object.entries(written)) {
    const value = computed(member ?? null, { scope, names });
    if (!value.ok) return { ...value, reason: `${name}: ${value.reason}` };
    made.push([name, value.value]);
  }
  return { ok: true, value: Array.isArray(written) ? made.map(([, value]) => value) : Object.fromEntries(made) };
}

/** A text for people; an expression that gives no text is no text. */
export function textOf(written: string, local: Local): Evaluated<string> {
  if (!isExpression(written)) return { ok: true, value: plain(written) };
  const made = evaluate(written, local.scope, local.names);
  if (!made.ok) return made;
  const isText = typeof made.value === 'string' && made.value !== '';
  if (isText) return { ok: true, value: plain(String(made.value)) };
  return { ok: false, code: 'expression_failed', reason: 'the result is no text' };
}

/** The step's own title; undefined when it has none, or none that can be computed. */
export function titleOf(step: Step, local: Local): string | undefined {
  if (step.title === undefined) return undefined;
  const made = textOf(step.title, local);
  return made.ok ? made.value : undefined;
}
