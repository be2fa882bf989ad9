import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Import, importsOf, partOf, readImports, sourceFiles } from './imports.ts';
import { folders, mayImport, mayUsePackages } from './map.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const parts = Object.keys(mayImport);

/** One line for each import that points back. */
function violations(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to, typeOnly }) => {
    const part = partOf(from, parts);
    if (!part)
      return [`${from} belongs to no part of the map: add its folder to ARCHITECTURE.md and test/architecture/map.ts`];
    const target = partOf(to, parts);
    if (target)
      return target === part || isAllowed(part, target, typeOnly)
        ? []
        : [`${from} imports ${to}: ${part} may not know ${target}`];
    const packages = mayUsePackages[part];
    const isPackage = !to.includes('.ts') && !to.startsWith('src/');
    return packages && isPackage && !packages.includes(to)
      ? [`${from} imports ${to}: ${part} must run without it`]
      : [];
  });
}

function isAllowed(part: string, target: string, typeOnly: boolean): boolean {
  const allowed = mayImport[part] ?? [];
  return allowed.includes(target) || (typeOnly && allowed.includes(`types:${target}`));
}

describe('the map of ARCHITECTURE.md', () => {
  test('is what the imports are: none points back', () => {
    const imports = readImports(root, folders);
    expect(imports.length).toBeGreaterThan(500);
    expect(violations(imports)).toEqual([]);
  });

  test('would be seen to be violated', () => {
    const planted: [string, string][] = [
      ['src/core/incident/reduce.ts', "import { openDatabase } from '../../store/database.ts';"],
      ['src/core/incident/reduce.ts', "import { readFile } from 'node:fs/promises';"],
      ['workflows/incident.ts', "import { storeActivities } from '../activities/store.ts';"],
      ['src/store/effects.ts', "import { actions } from '../actions/index.ts';"],
      ['src/gateway/app.ts', "const { actions } = await import('../actions/index.ts');"],
      ['src/contract/names.ts', "export * from '../service/index.ts';"],
      ['src/elsewhere/file.ts', "import { reduce } from '../core/incident/reduce.ts';"],
    ];
    for (const [file, text] of planted) expect(violations(importsOf(file, text)), `${file}: ${text}`).toHaveLength(1);
    expect(
      violations(importsOf('src/store/effects.ts', "import type { Effect } from '../actions/journal.ts';")),
    ).toEqual([]);
  });

  test('has every part in ARCHITECTURE.md', () => {
    const text = readFileSync(`${root}ARCHITECTURE.md`, 'utf8');
    for (const part of parts) expect(text, part).toContain(`\`${part}${part.endsWith('.ts') ? '' : '/'}\``);
  });
});

describe('the house style', () => {
  const files = sourceFiles(root, folders);
  const texts = files.map((file) => ({ file, text: readFileSync(`${root}${file}`, 'utf8') }));

  test('reads the environment in one place', () => {
    const readers = texts.filter(({ text }) => /process\.env/.test(text)).map(({ file }) => file);
    expect(readers).toEqual(['src/config.ts']);
  });

  test('starts processes only in actions and embedded servers, and never through a shell', () => {
    const starters = texts.filter(({ text }) => /node:child_process/.test(text)).map(({ file }) => file);
    const outside = starters.filter((file) => !/^src\/(actions|embedded)\//.test(file));
    expect(outside).toEqual([]);
    const shells = texts.filter(({ text }) =>
      /shell:\s*true|\bexec\(|execSync\(/.test(text.replaceAll(/\.exec\(/g, '')),
    );
    expect(shells.map(({ file }) => file)).toEqual([]);
  });

  test('keeps files small, and each says at its top what it knows', () => {
    const large = texts.filter(({ text }) => text.split('\n').length > 300).map(({ file }) => file);
    expect(large).toEqual([]);
    const silent = texts.filter(
      ({ file, text }) => !/^src\/(console|cli)\//.test(file) && !/^(\/\/|\/\*\*)/.test(text.replace(/^#!.*\n/, '')),
    );
    expect(silent.map(({ file }) => file)).toEqual([]);
  });
});
