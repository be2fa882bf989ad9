// Checks a step against the action that it names: parameters, their types, hold, timeout.

import { z } from 'zod';
import type { Json } from '../canonical.ts';
import type { LocalNames } from '../expression/environment.ts';
import type { ActionRegistry, ActionView } from '../playbook/action-view.ts';
import { isAny, one, type Place, typeOf } from './check-expressions.ts';
import type { Finding } from './finding.ts';
import { paramShape, typesOf } from './param-shape.ts';
import type { ResponsePlan } from './response-plan.ts';
import type { ActionCall, ActionStep } from './step.ts';
import { durationMs, isExpression } from './values.ts';

export interface StepContext {
  plan: ResponsePlan;
  actions: ActionRegistry;
  channels: readonly string[];
  place: Place;
  names: LocalNames;
}

export type At = (...path: PropertyKey[]) => Place;

export function checkAction(step: ActionStep, { plan, actions, names }: StepContext, at: At): Finding[] {
  const action = actions.get(step.action);
  if (!action) {
    const known = [...actions.keys()];
    return [{ ...at('action'), message: `there is no action "${step.action}"`, wrong: step.action, known }];
  }
  return [
    ...checkParams(step, action, at, names),
    ...checkTimes(step, action, plan, at),
    ...checkUndo(step, action, { actions, names }, at),
  ];
}

function checkUndo(
  { undo }: ActionStep,
  action: ActionView,
  { actions, names }: Pick<StepContext, 'actions' | 'names'>,
  at: At,
): Finding[] {
  if (!undo) return [];
  if (action.undo !== undefined) {
    return [{ ...at('undo'), atKey: true, message: `${action.name} has an undo of its own; remove "undo"` }];
  }
  const own = actions.get(undo.action);
  const known = [...actions.keys()];
  if (!own) {
    return [{ ...at('undo', 'action'), message: `there is no action "${undo.action}"`, wrong: undo.action, known }];
  }
  return checkParams(undo, own, (...path) => at('undo', ...path), names);
}

function checkParams(step: ActionCall, action: ActionView, at: At, names: LocalNames): Finding[] {
  const shape = paramShape(action.params);
  const findings: Finding[] = [];
  for (const [name, value] of Object.entries(step.with)) {
    const place = at('with', name);
    const schemas = shape.properties.get(name);
    if (schemas) findings.push(...checkComputed(value, schemas, place, names));
    else findings.push(unknownParameter(action, name, [...shape.properties.keys()], place));
  }
  for (const name of shape.required.filter((one) => !Object.hasOwn(step.with, one))) {
    findings.push({ ...at('with'), message: `the parameter "${name}" of ${action.name} is missing` });
  }
  return findings.length > 0 ? findings : checkWritten(step, action, at);
}

function unknownParameter(action: ActionView, name: string, known: string[], place: Place): Finding {
  const has = known.length > 0 ? `its parameters are ${known.join(', ')}` : 'it has none';
  return { ...place, atKey: true, message: `${action.name} has no parameter "${name}": ${has}`, wrong: name, known };
}

/** Every expression in the value, however deep; the type matters where the whole value is one. */
export function checkComputed(
  value: Json | undefined,
  schemas: Parameters<typeof typesOf>[0] | undefined,
  place: Place,
  names: LocalNames,
): Finding[] {
  if (isExpression(value)) {
    const typed = typeOf(value, place, names);
    if ('finding' in typed) return [typed.finding];
    const types = schemas && typesOf(schemas);
    const json = jsonTypes(typed.type);
    if (!types || !json || json.some((type) => types.has(type))) return [];
    return [
      {
        ...place,
        message: `the expression gives ${one(typed.type)}; this parameter takes ${one([...types].join(' or '))}`,
      },
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    return checkComputed(member, undefined, { ...place, path: [...place.path, step] }, names);
  });
}

/** JSON types that a value of this CEL type becomes; undefined when that is only known when it runs. */
function jsonTypes(celType: string): string[] | undefined {
  if (isAny(celType)) return undefined;
  if (celType.startsWith('list')) return ['array'];
  const simple: Record<string, string[]> = {
    string: ['string'],
    'google.protobuf.Timestamp': ['string'],
    int: ['integer', 'number'],
    uint: ['integer', 'number'],
    double: ['number'],
    bool: ['boolean'],
    null_type: ['null'],
  };
  return simple[celType] ?? ['object'];
}

/** The action's own schema over what is written out; what is computed is checked when it is known. */
function checkWritten(step: ActionCall, action: ActionView, at: At): Finding[] {
  const written = Object.entries(step.with).filter(([, value]) => !holdsExpression(value));
  const isComplete = written.length === Object.keys(step.with).length;
  const { params } = action;
  if (isComplete) return issuesOf(params.safeParse(step.with), at('with'));
  if (!(params instanceof z.ZodObject)) return [];
  return written.flatMap(([name, value]) => {
    const schema = Object.hasOwn(params.shape, name) ? params.shape[name] : undefined;
    return schema instanceof z.ZodType ? issuesOf(schema.safeParse(value), at('with', name)) : [];
  });
}

function issuesOf(parsed: z.ZodSafeParseResult<unknown>, place: Place): Finding[] {
  const issues = parsed.success ? [] : parsed.error.issues;
  return issues.map((issue) => ({
    ...place,
    path: [...place.path, ...issue.path],
    message: withoutStop(issue.message),
  }));
}

const withoutStop = (text: string): string => text.replace(/\.$/, '');

function holdsExpression(value: Json | undefined): boolean {
  if (isExpression(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}

function checkTimes(step: ActionStep, action: ActionView, plan: ResponsePlan, at: At): Finding[] {
  const findings: Finding[] = [];
  if (step.hold !== undefined && action.kind !== 'containment') {
    findings.push({ ...at('hold'), message: `${action.name} holds nothing (it is a ${action.kind}); remove "hold"` });
  }
  const longest = plan.guards.longest_hold;
  if (step.hold !== undefined && durationMs(step.hold) > durationMs(longest)) {
    findings.push({
      ...at('hold'),
      message: `${step.hold} is longer than longest_hold of guards.yaml: write ${longest} or less`,
    });
  }
  if (step.timeout !== undefined && durationMs(step.timeout) > action.timeoutMs) {
    const most = `${action.timeoutMs / 1_000} s`;
    findings.push({ ...at('timeout'), message: `${action.name} ends within ${most}: write that or less` });
  }
  return findings;
}
