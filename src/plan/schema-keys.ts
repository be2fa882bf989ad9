// The keys that an object of a plan's file may have, for "there is no such key".

import { z } from 'zod';
import { stepKindNames } from '../core/plan/step.ts';
import { step, stepKinds } from '../core/plan/step-schema.ts';

/** @param path keys and indexes from the top of the file to the object */
export function keysAt(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): string[] {
  let at: z.ZodType | undefined = schema;
  let written = value;
  for (const key of path) {
    at = at && innerOf(unwrapped(at, written), key);
    written =
      typeof written === 'object' && written !== null ? (written as Record<PropertyKey, unknown>)[key] : undefined;
  }
  const object = at && unwrapped(at, written);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function innerOf(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  return undefined;
}

/** Without its wrappers, and of alternatives the one that the value is meant to be. */
function unwrapped(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return unwrapped(schema.unwrap() as z.ZodType, value);
  }
  if (schema instanceof z.ZodLazy) return unwrapped(schema.unwrap() as z.ZodType, value);
  if (!(schema instanceof z.ZodUnion)) return schema;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const kind = stepKindNames.find((one) => keys.includes(one));
  const options = (schema.options as z.ZodType[]).map((option) => unwrapped(option, undefined));
  if ((schema as unknown) === step && kind) return stepKinds[kind];
  const objects = options.filter((option) => option instanceof z.ZodObject);
  return objects.find((option) => keys.some((key) => Object.hasOwn(option.shape, key))) ?? objects[0] ?? schema;
}
