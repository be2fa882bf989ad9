// Places in a JSON value: every key and index, however deep. Without recursion limits of ours: payloads are shallow.

export type JsonPath = readonly (string | number)[];

export function placesOf(value: unknown, path: JsonPath = []): { path: JsonPath; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const inner = entries.flatMap(([key, one]) => placesOf(one, [...path, key]));
  return path.length === 0 ? inner : [{ path, value }, ...inner];
}

/** A copy with another value at the place. */
export function withValueAt(root: unknown, path: JsonPath, value: unknown): unknown {
  const copy = structuredClone(root);
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], copy);
  (parent as Record<string | number, unknown>)[last] = value;
  return copy;
}
