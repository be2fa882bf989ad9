// What runs a plan's tests, or checks and simulates a plan, must not be able to act: not by a wrong setting, not by a
// bug. Held over everything that its code can load.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { actions } from '../../src/actions/index.ts';
import { type Import, importsOf, sourceFiles } from './imports.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = new Set(sourceFiles(root, ['src', 'workflows', 'activities']));

/** All that is loaded with a file, types apart; packages by their names. */
function loadedWith(entries: readonly string[], read = (file: string) => importsOf(file, textOf(file))): Set<string> {
  const loaded = new Set<string>();
  const left = [...entries];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (loaded.has(file)) continue;
    loaded.add(file);
    if (files.has(file)) left.push(...read(file).flatMap(({ to, typeOnly }: Import) => (typeOnly ? [] : [to])));
  }
  return loaded;
}

const textOf = (file: string): string => readFileSync(`${root}${file}`, 'utf8');
const inPart = (part: string): string[] => [...files].filter((file) => file.startsWith(part));

/** Files that act on the world outside, and packages that could. */
function whatActs(loaded: ReadonlySet<string>): string[] {
  return [...loaded].filter(
    (file) =>
      (/^src\/actions\/(?!action\.ts)/.test(file) && /defineAction[<(]|runBinary\(|safeFetch\(/.test(textOf(file))) ||
      /^src\/(store|channels\/webhook|service|gateway)/.test(file) ||
      file.startsWith('activities/') ||
      file === 'src/net/safe-fetch.ts' ||
      /^(pg|node:https?|node:net|node:child_process)$/.test(file),
  );
}

/** The server is a child process, reached over a local port; nothing else of it is loaded. */
const server = (file: string): boolean => /^node:(child_process|net)$/.test(file);

describe('what simulates', () => {
  it.each([
    ['the tests of a plan', () => inPart('src/plan-test/')],
    ['the check of a plan', () => inPart('src/plan/')],
    ['the descriptions of actions', () => inPart('src/actions/descriptions/')],
  ])('%s can load nothing that acts', (_, entries) => {
    const loaded = loadedWith(entries());
    expect(loaded.size).toBeGreaterThan(10);
    expect(whatActs(loaded).filter((file) => !server(file))).toEqual([]);
  });

  it('would be seen to act', () => {
    const planted = loadedWith(['src/plan-test/run-tests.ts'], (file) => [
      ...importsOf(file, textOf(file)),
      ...(file === 'src/plan-test/run-tests.ts'
        ? importsOf(file, "import { blockIp } from '../actions/block-ip.ts';")
        : []),
    ]);
    expect(whatActs(planted)).toContain('src/actions/block-ip.ts');
    const names = [...actions.keys()].map((name) => `src/actions/${name.replaceAll('_', '-')}.ts`);
    expect(whatActs(new Set(names))).toEqual(names);
  });
});
