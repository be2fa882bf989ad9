// A step of a playbook or module as it is written, with its defaults. Kinds are told apart by the key that is present.

import type { Json } from '../canonical.ts';
import type { Answer, AnswerType } from '../incident/answer.ts';
import type { FailurePolicy } from '../incident/flow.ts';
import type { AutomationLevel } from '../incident/plan.ts';
import type { ApprovalTerms } from './approvals.ts';

export const stepBounds = {
  /** In one list of steps, as it is written. */
  steps: 50,
  branches: 10,
  /** Of one `for_each`. */
  items: 50,
  atOnce: 20,
  attempts: 10,
  choices: 20,
  /** How deep modules may use modules. */
  uses: 5,
  /** In one planned response, whatever its playbook says. */
  planned: 200,
  /** JSON of all of them: they travel in one payload of Temporal, which ends at 2 MB. */
  characters: 500_000,
} as const;

/** What a failed step means: stop (`fail`), stop and tell people, stop and undo, go on; or steps that make up for it. */
export type OnFailure = FailurePolicy | { steps: Step[] };

interface Common {
  id: string;
  title?: string | undefined;
  if?: string | undefined;
  timeout?: string | undefined;
  on_failure: OnFailure;
}

/** An action with its parameters, as written: each value may be an expression. */
export interface ActionCall {
  action: string;
  with: Record<string, Json>;
}

export interface ActionStep extends Common, ActionCall {
  level: AutomationLevel;
  hold?: string | undefined;
  retry: { attempts: number; wait: string };
  approval?: OwnTerms | undefined;
  /** Only of actions that have no undo of their own. */
  undo?: ActionCall | undefined;
}

/** Terms that make the policy of approvals.yaml stricter. */
export type OwnTerms = { [Key in keyof ApprovalTerms]?: ApprovalTerms[Key] | undefined };

export interface ApproveStep extends Common {
  /** What people agree to. */
  approve: string;
  approval?: OwnTerms | undefined;
}

export interface NotifyStep extends Common {
  notify: {
    text: string;
    team?: string | undefined;
    channel?: string | undefined;
    to?: string | undefined;
  };
}

export interface AskStep extends Common {
  ask: {
    question: string;
    answer: AnswerType;
    within: string;
    /** Stands for the answer when nobody gave one in time; without it the step fails then. */
    otherwise?: Answer | undefined;
    roles: ('responder' | 'admin')[];
  };
}

export interface WaitStep extends Common {
  /** `until` is an expression or `resolved`: no alert of the incident fires. */
  wait: { for: string } | { until: string; at_most: string };
}

export interface ParallelStep extends Common {
  parallel: { steps: Step[] }[];
}

export interface ForEachStep extends Common {
  for_each: {
    in: string;
    at_once: number;
    on_item_failure: 'continue' | 'stop';
    steps: Step[];
  };
}

export interface ChooseStep extends Common {
  choose: { when?: string | undefined; steps: Step[] }[];
}

export interface UseStep extends Common {
  use: string;
  with: Record<string, Json>;
}

export interface SetStep extends Common {
  set: Record<string, Json>;
}

export type Step =
  | ActionStep
  | ApproveStep
  | NotifyStep
  | AskStep
  | WaitStep
  | ParallelStep
  | ForEachStep
  | ChooseStep
  | UseStep
  | SetStep;

/** The key that makes a step one of its kind. */
export const stepKindNames = [
  'action',
  'approve',
  'notify',
  'ask',
  'wait',
  'parallel',
  'for_each',
  'choose',
  'use',
  'set',
] as const;
export type StepKind = (typeof stepKindNames)[number];

/** The lists of steps that a step holds, with the path to each. */
export function listsOf(written: Step): { path: PropertyKey[]; steps: Step[] }[] {
  const own = ownLists(written);
  if (typeof written.on_failure === 'string') return own;
  return [...own, { path: ['on_failure', 'steps'], steps: written.on_failure.steps }];
}

function ownLists(written: Step): { path: PropertyKey[]; steps: Step[] }[] {
  const branches = (key: string, all: { steps: Step[] }[]) =>
    all.map((branch, index) => ({ path: [key, index, 'steps'], steps: branch.steps }));
  if ('parallel' in written) return branches('parallel', written.parallel);
  if ('choose' in written) return branches('choose', written.choose);
  if ('for_each' in written) return [{ path: ['for_each', 'steps'], steps: written.for_each.steps }];
  return [];
}

/** The steps and all that are inside them, each with its path. In the order in which they are written. */
export function everyStep(list: readonly Step[], path: readonly PropertyKey[]): { step: Step; path: PropertyKey[] }[] {
  return list.flatMap((one, index) => {
    const at = [...path, index];
    const inner = listsOf(one).flatMap(({ steps: held, path: to }) => everyStep(held, [...at, ...to]));
    return [{ step: one, path: at }, ...inner];
  });
}
