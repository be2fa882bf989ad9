// One action with its parameters → one planned step. Shared by playbooks and by people who ask for an action.

import type { z } from 'zod';
import { canonicalJson, type Json } from '../canonical.ts';
import type { PlannedStep } from '../incident/plan.ts';
import { guardFacts } from '../plan/guards.ts';
import type { ResponsePlan } from '../plan/response-plan.ts';
import { durationMs } from '../plan/values.ts';
import { cutText } from '../text.ts';
import { type ActionView, type Capabilities, isLive } from './action-view.ts';

/** How long a containment is held when its step does not say. */
const defaultHold = '1h';
const longestText = 300;

export interface StepSubject {
  params: Json;
  target: string;
  title: string;
  mode: 'simulate' | 'live';
  skip: PlannedStep['skip'];
}

export interface SubjectInput {
  plan: ResponsePlan;
  action: ActionView;
  /** As written or computed; checked here by the action's own schema. */
  params: Json;
  capabilities: Capabilities;
  drill: boolean;
}

/** What exactly will be done, to what, for real or not; with `skip` when the action will not do it. Never throws. */
export function subjectOf({ plan, action, params, capabilities, drill }: SubjectInput): StepSubject {
  try {
    const parsed = action.params.safeParse(params);
    if (!parsed.success) {
      return unplanned(action, params, 'params_invalid', problemsOf(parsed.error));
    }
    const target = plain(action.target(parsed.data));
    return {
      // As the action keeps them, so that approval, audit and effect speak of the same address.
      params: JSON.parse(canonicalJson(parsed.data)),
      target,
      title: plain(action.describe(parsed.data)),
      mode: !drill && isLive(capabilities, action.name, target) ? 'live' : 'simulate',
      skip: action.refuse(parsed.data, guardFacts(plan.guards)) ?? null,
    };
  } catch (error) {
    return unplanned(action, params, 'action_unplannable', error instanceof Error ? error.message : String(error));
  }
}

/** A step that is on record, and will not be done. */
export function unplanned(
  action: Pick<ActionView, 'name' | 'title'>,
  params: Json,
  code: string,
  reason: string,
): StepSubject {
  return { params, target: 'none', title: action.title, mode: 'simulate', skip: { code, reason: plain(reason) } };
}

export function holdOf(plan: ResponsePlan, action: ActionView, hold: number | undefined): number | null {
  if (action.kind !== 'containment') return null;
  return Math.min(hold ?? durationMs(defaultHold), durationMs(plan.guards.longest_hold));
}

export const plain = (text: string): string => cutText(text, longestText);

function problemsOf(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.map(String).join('.') || 'parameters'}: ${issue.message}`)
    .join('; ');
}
