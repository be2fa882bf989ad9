// JSON Schemas of the plan's files, for editors: generated from the zod schemas that loading uses, with the actions'
// own parameters where a step names one. `node src/plan/write-schemas.ts` writes them.

import { type ZodType, z } from 'zod';
import { indicatorList } from '../core/plan/indicators.ts';
import { module } from '../core/plan/module.ts';
import { type JsonSchema, paramsSchema } from '../core/plan/param-shape.ts';
import { planTestFile } from '../core/plan/plan-test.ts';
import { playbook } from '../core/plan/playbook.ts';
import { planFiles } from '../core/plan/response-plan.ts';
import type { ActionRegistry } from '../core/playbook/action-view.ts';

/** Files of schemas/ with their contents. */
export function planSchemas(actions: ActionRegistry): Map<string, string> {
  const files = new Map<string, string>([
    ['playbook.json', text(withActions(inputSchema(playbook), actions))],
    ['module.json', text(withActions(inputSchema(module), actions))],
    ['indicators.json', text(inputSchema(indicatorList))],
    ['plan-test.json', text(inputSchema(planTestFile))],
  ]);
  for (const { path, schema } of Object.values(planFiles)) files.set(schemaName(path), text(inputSchema(schema)));
  return files;
}

/** `catalog/services.yaml` → `services.json`. */
const schemaName = (planFile: string): string => planFile.replace(/^.*\//, '').replace(/\.ya?ml$/, '.json');

const text = (schema: JsonSchema): string => `${JSON.stringify(schema, null, 2)}\n`;

function inputSchema(schema: ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as JsonSchema;
}

/** With the parameters of each action, where a step names it. */
function withActions(schema: JsonSchema, actions: ActionRegistry): JsonSchema {
  const kinds = schema.definitions?.step?.anyOf ?? [];
  const action = kinds.find(({ properties }) => properties?.action && properties.level);
  if (!action?.properties) throw new Error('The schema has no step that is an action');
  action.properties.action = { enum: [...actions.keys()] };
  action.allOf = [...actions.values()].map((one) => ({
    if: { properties: { action: { const: one.name } }, required: ['action'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { with: computable(paramsSchema(one.params)) } },
  }));
  return schema;
}

const expression: JsonSchema = { type: 'string', pattern: '^=' };

/** Each parameter may be an expression instead; whether all needed ones are there, loading says. */
function computable(schema: JsonSchema): JsonSchema {
  const { $schema: _dialect, properties, ...rest } = schema;
  if (!properties) return rest;
  const names = Object.entries(properties).map(([name, property]) => [name, { anyOf: [property, expression] }]);
  return { ...rest, properties: Object.fromEntries(names) };
}
