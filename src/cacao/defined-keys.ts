// Which properties a closed object of CACAO has: those of its own schema and of the schemas that it builds on.

export interface DefinedKeys {
  names: string[];
  patterns: string[];
}

interface SchemaNode {
  $id?: string;
  $ref?: string;
  properties?: Record<string, unknown>;
  patternProperties?: Record<string, unknown>;
  allOf?: SchemaNode[];
}

/** @param byId every schema by its `$id` */
export function definedKeys(schema: SchemaNode, byId: ReadonlyMap<string, SchemaNode>): DefinedKeys {
  const names = new Set<string>();
  const patterns = new Set<string>();
  const collect = (
    { properties = {}, patternProperties = {}, allOf = [], $ref, $id }: SchemaNode,
    base: string,
  ): void => {
    for (const name of Object.keys(properties)) names.add(name);
    for (const pattern of Object.keys(patternProperties)) patterns.add(pattern);
    const own = $id ?? base;
    const referred = $ref === undefined ? undefined : byId.get(new URL($ref, own || undefined).href);
    for (const part of referred ? [referred, ...allOf] : allOf) collect(part, own);
  };
  collect(schema, '');
  return { names: [...names], patterns: [...patterns] };
}

export const isDefined = (name: string, { names, patterns }: DefinedKeys): boolean =>
  names.includes(name) || patterns.some((pattern) => new RegExp(pattern, 'u').test(name));
