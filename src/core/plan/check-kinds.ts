// Checks what is particular to each kind of step that is no action: its expressions, and the names that it mentions.

import type { LocalNames } from '../expression/environment.ts';
import { type At, checkComputed, type StepContext } from './check-action.ts';
import { checkType, one, typeOf } from './check-expressions.ts';
import type { Finding } from './finding.ts';
import { celTypes, type InputType, isOfType } from './module.ts';
import type { NotifyStep, Step, UseStep } from './step.ts';
import { isExpression } from './values.ts';

type OtherStep = Exclude<Step, { action: string }>;

export function checkOther(step: OtherStep, context: StepContext, at: At): Finding[] {
  const { names } = context;
  if ('approve' in step) return checkType(step.approve, ['string'], at('approve'), names);
  if ('notify' in step) return checkNotify(step, context, at);
  if ('ask' in step) return checkType(step.ask.question, ['string'], at('ask', 'question'), names);
  if ('wait' in step) {
    const until = 'until' in step.wait ? step.wait.until : undefined;
    return checkType(until, ['bool'], at('wait', 'until'), names);
  }
  if ('for_each' in step) return checkType(step.for_each.in, ['list'], at('for_each', 'in'), names);
  if ('choose' in step) {
    return step.choose.flatMap(({ when }, index) => checkType(when, ['bool'], at('choose', index, 'when'), names));
  }
  if ('use' in step) return checkUse(step, context, at);
  if ('set' in step) {
    return Object.entries(step.set).flatMap(([name, value]) => checkComputed(value, undefined, at('set', name), names));
  }
  return [];
}

function checkNotify({ notify }: NotifyStep, { plan, names, channels }: StepContext, at: At): Finding[] {
  const { text, team, channel } = notify;
  const teams = plan.routing.teams.map((one) => one.name);
  return [
    ...checkType(text, ['string'], at('notify', 'text'), names),
    ...named('team', team, teams, at('notify', 'team')),
    ...named('channel', channel, channels, at('notify', 'channel')),
  ];
}

function checkUse(step: UseStep, { plan, names }: StepContext, at: At): Finding[] {
  const modules = plan.modules.map((one) => one.name);
  const module = plan.modules.find((one) => one.name === step.use);
  if (!module) return named('module', step.use, modules, at('use'));
  const known = Object.keys(module.inputs);
  const strangers = Object.keys(step.with).filter((name) => !known.includes(name));
  const missing = Object.entries(module.inputs).filter(
    ([name, { required, default: otherwise }]) =>
      required && otherwise === undefined && !Object.hasOwn(step.with, name),
  );
  return [
    ...strangers.map((wrong) => ({
      ...at('with', wrong),
      atKey: true,
      message: `the module ${module.name} has no input "${wrong}"${known.length > 0 ? `: its inputs are ${known.join(', ')}` : ''}`,
      wrong,
      known,
    })),
    ...missing.map(([name]) => ({ ...at('with'), message: `the input "${name}" of ${module.name} is missing` })),
    ...Object.entries(step.with).flatMap(([name, value]) => {
      const input = module.inputs[name];
      return input ? checkInput(value, input.type, at, name, names) : [];
    }),
  ];
}

function checkInput(
  value: UseStep['with'][string],
  type: InputType,
  at: At,
  name: string,
  names: LocalNames,
): Finding[] {
  const place = at('with', name);
  const celType = celTypes[type];
  if (!isExpression(value)) {
    const inner = checkComputed(value, undefined, place, names);
    if (isOfType(type, value)) return inner;
    return [...inner, { ...place, message: `is ${JSON.stringify(value)}: this input takes ${one(type)}` }];
  }
  const typed = typeOf(value, place, names);
  if ('finding' in typed) return [typed.finding];
  const wanted = celType === 'double' ? ['double', 'int', 'uint'] : [celType.replace(/<.*/, '')];
  return checkType(value, wanted, place, names);
}

function named(what: string, name: string | undefined, known: readonly string[], place: ReturnType<At>): Finding[] {
  if (name === undefined || known.includes(name)) return [];
  return [{ ...place, message: `there is no ${what} "${name}"`, wrong: name, known }];
}
