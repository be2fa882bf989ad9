// The official JSON schemas of CACAO 2.0, as they are shipped in schemas/ (see the README there).

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Schema {
  $id: string;
  [key: string]: unknown;
}

const folder = join(import.meta.dirname, 'schemas');

/** By path, such as `commands/bash.json`: fresh copies, which the caller may change. */
export function officialSchemas(): Map<string, Schema> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'));
  return new Map(paths.sort().map((path) => [path, read(path)]));
}

/** Without `$schema`: it says draft 7, but `$defs` and `unevaluatedProperties`, which they need, came with 2019-09. */
function read(path: string): Schema {
  const { $schema: _, ...schema } = JSON.parse(readFileSync(join(folder, path), 'utf8'));
  return schema;
}
