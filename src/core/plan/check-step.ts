// Checks one step of a playbook or module, and those inside it.

import { itemTypeOf } from '../expression/compile.ts';
import type { LocalNames } from '../expression/environment.ts';
import { type At, checkAction, type StepContext } from './check-action.ts';
import { checkType, typeOf } from './check-expressions.ts';
import { checkOther } from './check-kinds.ts';
import type { Finding } from './finding.ts';
import { listsOf, type Step } from './step.ts';

export function checkSteps(steps: readonly Step[], context: StepContext): Finding[] {
  return steps.flatMap((step, index) => checkStep(step, inside(context, [index])));
}

const inside = (context: StepContext, path: readonly PropertyKey[], names = context.names): StepContext => ({
  ...context,
  names,
  place: { ...context.place, path: [...context.place.path, ...path] },
});

function checkStep(step: Step, context: StepContext): Finding[] {
  const { names, place } = context;
  const at: At = (...path) => ({ ...place, path: [...place.path, ...path] });
  const within = 'for_each' in step ? { ...names, item: itemType(step.for_each.in, at, names) } : names;
  return [
    ...checkType(step.if, ['bool'], at('if'), names),
    ...checkType(step.title, ['string'], at('title'), names),
    ...('action' in step ? checkAction(step, context, at) : checkOther(step, context, at)),
    ...listsOf(step).flatMap(({ path, steps }) => {
      const isRescue = path[0] === 'on_failure';
      return checkSteps(steps, inside(context, path, isRescue ? names : within));
    }),
  ];
}

function itemType(list: string, at: At, names: LocalNames): string {
  const typed = typeOf(list, at('for_each', 'in'), names);
  return 'type' in typed ? itemTypeOf(typed.type) : 'dyn';
}
