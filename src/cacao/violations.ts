// What a file breaks of CACAO 2.0, by its official schemas. They need the rules of JSON Schema 2019-09: by those of draft 7,
// which they name, `unevaluatedProperties` would say nothing.

import { Ajv2019, type ErrorObject, type ValidateFunction } from 'ajv/dist/2019.js';
import { type Correction, corrections } from './corrections.ts';
import { definedKeys, isDefined } from './defined-keys.ts';
import { describeError, describeUndefined, type Violation } from './describe-error.ts';
import { officialSchemas, type Schema } from './official-schemas.ts';
import { checkStructure } from './structure.ts';

export type { Violation };

export interface Violations {
  /** It must not be read further: what reads it would recurse out of its stack. */
  isTooDeep: boolean;
  /** What breaks CACAO 2.0. */
  errors: Violation[];
  /** What the official schemas refuse and the specification allows, with the reason. */
  tolerated: (Violation & { reason: string })[];
}

/** Of any value as JSON has it. */
export function violationsOf(value: unknown): Violations {
  const { isTooDeep, problems } = checkStructure(value);
  if (isTooDeep) return { isTooDeep, errors: problems, tolerated: [] };
  compiled ??= stages();
  let before = violationsBy(compiled.official, value);
  const tolerated = compiled.corrected.flatMap(({ schemas, reason }) => {
    const after = violationsBy(schemas, value);
    const gone = [...before].filter(([key]) => !after.has(key));
    before = after;
    return gone.map(([, violation]) => ({ ...violation, reason }));
  });
  const errors = [...before.values()];
  const known = new Set(errors.map(({ pointer }) => pointer));
  return { isTooDeep, errors: [...errors, ...problems.filter(({ pointer }) => !known.has(pointer))], tolerated };
}

interface Schemas {
  byId: ReadonlyMap<string, Schema>;
  validate: ValidateFunction;
}

/** Compiling them takes a while, and only these commands need them. */
let compiled: ReturnType<typeof stages> | undefined;

/** The official schemas as they are, then with each correction in turn. */
function stages() {
  return {
    official: compile([]),
    corrected: corrections.map(({ reason }, index) => ({ reason, schemas: compile(corrections.slice(0, index + 1)) })),
  };
}

function compile(made: readonly Correction[]): Schemas {
  const schemas = officialSchemas();
  for (const { correct } of made) correct(schemas);
  const ajv = new Ajv2019({ strict: false, allErrors: true, verbose: true, schemas: [...schemas.values()] });
  const validate = ajv.getSchema(schemas.get('playbook.json')?.$id ?? '');
  if (!validate) throw new Error('src/cacao/schemas has no playbook.json');
  return { validate, byId: new Map([...schemas.values()].map((schema) => [schema.$id, schema])) };
}

/** Each once, by what it says: one value may be checked by several schemas. */
function violationsBy({ validate, byId }: Schemas, value: unknown): Map<string, Violation> {
  if (validate(value)) return new Map();
  const errors = validate.errors ?? [];
  const choices = new Set(errors.filter(isChoice).map(placeOf));
  const violations = errors.flatMap((error): [string, Violation][] => {
    // Why no way of a choice is taken says less than that none is; `if` only repeats that its `then` failed.
    const [, choice] = /^(.*\/(?:anyOf|oneOf))\/\d+\//.exec(error.schemaPath) ?? [];
    if (error.keyword === 'if' || (choice !== undefined && choices.has(`${error.instancePath} ${choice}`))) return [];
    const key = JSON.stringify([error.instancePath, error.keyword, error.params]);
    if (error.keyword !== 'unevaluatedProperties') return [[key, describeError(error)]];
    const name = String(error.params.unevaluatedProperty);
    const defined = definedKeys(error.parentSchema ?? {}, byId);
    // Where another property is wrong, the validator takes all of its object for undefined.
    return isDefined(name, defined) ? [] : [[key, describeUndefined(error, name, defined)]];
  });
  return new Map(violations);
}

const isChoice = ({ keyword }: ErrorObject): boolean => keyword === 'anyOf' || keyword === 'oneOf';
const placeOf = ({ instancePath, schemaPath }: ErrorObject): string => `${instancePath} ${schemaPath}`;
