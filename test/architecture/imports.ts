// Reads who imports whom, and holds it against the map of ARCHITECTURE.md. Text, not types: also imports of types count
// unless a rule says otherwise.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

export interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const pattern =
  /^\s*(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** Imports of one file; relative ones as paths from the root, others as the package's name. */
export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(pattern)].map((match) => {
    const target = match[2] ?? match[3] ?? '';
    const to = target.startsWith('.') ? normalize(join(dirname(file), target)) : packageName(target);
    return { from: file, to, typeOnly: match[1] !== undefined };
  });
}

function packageName(target: string): string {
  const parts = target.split('/');
  return target.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

export function sourceFiles(root: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes('/dist'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
}

export function readImports(root: string, folders: readonly string[]): Import[] {
  return sourceFiles(root, folders).flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));
}

/** Which part of the map a path belongs to; the longest that fits. */
export function partOf(path: string, parts: Iterable<string>): string | undefined {
  return [...parts]
    .filter((part) => path === part || path.startsWith(`${part}/`))
    .sort((a, b) => b.length - a.length)[0];
}
