// What parameters an action takes, read from the JSON Schema of its zod schema: enough to check a step whose values are
// partly computed later, and for editors.

import { type ZodType, z } from 'zod';

/** The parts of JSON Schema (draft 7) that matter here. */
export interface JsonSchema {
  $schema?: string;
  $ref?: string;
  definitions?: Record<string, JsonSchema>;
  pattern?: string;
  if?: JsonSchema;
  then?: JsonSchema;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
}

export interface ParamShape {
  /** Each parameter with the schemas that its value may follow. */
  properties: ReadonlyMap<string, JsonSchema[]>;
  /** Needed whichever alternative is meant. */
  required: readonly string[];
}

export function paramsSchema(params: ZodType): JsonSchema {
  return z.toJSONSchema(params, { io: 'input', unrepresentable: 'any', target: 'draft-7' }) as JsonSchema;
}

export function paramShape(params: ZodType): ParamShape {
  return shapeOf(paramsSchema(params));
}

function shapeOf(schema: JsonSchema): ParamShape {
  const properties = new Map<string, JsonSchema[]>();
  const add = (name: string, schemas: JsonSchema[]): void => {
    properties.set(name, [...(properties.get(name) ?? []), ...schemas]);
  };
  for (const [name, property] of Object.entries(schema.properties ?? {})) add(name, [property]);
  const alternatives = (schema.anyOf ?? schema.oneOf ?? []).map(shapeOf);
  const parts = (schema.allOf ?? []).map(shapeOf);
  for (const shape of [...alternatives, ...parts]) for (const [name, schemas] of shape.properties) add(name, schemas);
  const [first, ...others] = alternatives;
  const inAll = (first?.required ?? []).filter((name) => others.every((shape) => shape.required.includes(name)));
  return {
    properties,
    required: [...(schema.required ?? []), ...parts.flatMap((shape) => shape.required), ...inAll],
  };
}

/** JSON types that a value may have; undefined when any. */
export function typesOf(schemas: readonly JsonSchema[]): Set<string> | undefined {
  const types = new Set<string>();
  for (const schema of schemas) {
    const own = ownTypes(schema);
    if (!own) return undefined;
    for (const type of own) types.add(type);
  }
  return types;
}

function ownTypes(schema: JsonSchema): string[] | undefined {
  if (schema.type !== undefined) return [schema.type].flat();
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values) return values.map((value) => typeof value);
  const alternatives = schema.anyOf ?? schema.oneOf;
  const types = alternatives && typesOf(alternatives);
  return types && [...types];
}
