// Where in the flow a step stands: the ids there, and what its expressions see beside the facts of the incident.

import type { Json } from '../canonical.ts';
import type { LocalNames } from '../expression/environment.ts';
import { CelItems, CelStep, celOfJson } from '../expression/local-scope.ts';
import type { Scope } from '../expression/scope.ts';
import type { FlowPlace } from '../incident/flow.ts';
import { celTypes, type InputType, type Module } from '../plan/module.ts';
import type { Seen, SeenStep } from './seen.ts';

export const playbookPlace: FlowPlace = { prefix: '', suffix: '', modules: [] };

export const idAt = (place: FlowPlace, stepId: string): string => `${place.prefix}${stepId}${place.suffix}`;

const plainTypes = new Set(['string', 'int', 'double', 'bool']);

/** @param hash of the item: ids are plaintext in many places, and items may be names of people */
export function itemPlace(place: FlowPlace, hash: string, value: Json, type: string): FlowPlace {
  const item = { value, type: plainTypes.has(type) ? type : 'dyn' };
  return { ...place, suffix: `${place.suffix}.${hash}`, item };
}

export function modulePlace(place: FlowPlace, useId: string, module: Module, values: Record<string, Json>): FlowPlace {
  return {
    prefix: `${idAt(place, useId)}.`,
    suffix: '',
    inputs: { values, types: typesOf(module) },
    modules: [...place.modules, module.name],
  };
}

const typesOf = ({ inputs }: Module): Record<string, string> =>
  Object.fromEntries(Object.entries(inputs).map(([name, { type }]) => [name, celTypes[type as InputType]]));

export interface Local {
  names: LocalNames;
  scope: Scope;
}

/** @param item as CEL made it, where it is known; otherwise as the place keeps it */
export function localAt(place: FlowPlace, facts: Scope, seen: Seen, item?: { value: unknown; type: string }): Local {
  const { inputs } = place;
  const known = item ?? (place.item && { value: typed(place.item.value, place.item.type), type: place.item.type });
  return {
    names: { steps: true, ...(known && { item: known.type }), ...(inputs && { inputs: inputs.types }) },
    scope: {
      ...facts,
      steps: new Map(Object.entries(seen.steps).map(([id, step]) => [id, celStep(step)])),
      vars: celOfJson(seen.vars),
      ...(known && { item: known.value }),
      ...(inputs && { inputs: typedInputs(inputs) }),
    },
  };
}

function typedInputs({ values, types }: NonNullable<FlowPlace['inputs']>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(types).map((name) => [name, typed(values[name] ?? null, types[name] ?? 'dyn')]),
  );
}

/** JSON does not tell whole doubles from ints. */
const typed = (value: Json, type: string): unknown => (type === 'double' ? value : celOfJson(value));

function celStep({ result, answer, outputs, items }: SeenStep): CelStep {
  const step = Object.assign(new CelStep(), { result, answer: celOfJson(answer ?? null) });
  if (outputs) step.outputs = celOfJson(outputs) as CelStep['outputs'];
  if (items) {
    const { count, done, failed } = items;
    step.items = Object.assign(new CelItems(), { count: BigInt(count), done: BigInt(done), failed: BigInt(failed) });
  }
  return step;
}
