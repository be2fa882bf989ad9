import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { openCli } from '../../src/cli/cli.ts';
import { buildProgram } from '../../src/cli/program.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...markdownIn('docs')];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

describe('the documentation', () => {
  test('links only to what is there', () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('names only commands and options that there are', () => {
    const { stdout, stderr } = process;
    const program = buildProgram(openCli({ stdout, stderr, signals: process, environment: {} }));
    const wrong = pages.flatMap((page) =>
      [...read(page).matchAll(/npx firebreak ([^\n`|]+)/g)]
        .map((match) =>
          (match[1] ?? '')
            .replace(/\s+#.*$/, '')
            .trim()
            .split(/\s+/),
        )
        .filter((words) => !isCommand(program, words))
        .map((words) => `${page}: npx firebreak ${words.join(' ')}`),
    );
    expect(wrong).toEqual([]);
  });

  test('is reachable from the README, page by page', () => {
    const linked = new Set<string>(['README.md']);
    for (const page of linked) {
      for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+\.md)[^)]*\)/g)) {
        linked.add(join(dirname(page), target));
      }
      if (read(page).includes('](docs/adr)')) linked.add('docs/adr/README.md');
    }
    expect(pages.filter((page) => !linked.has(page))).toEqual([]);
  });
});

function isCommand(command: Command, words: readonly string[]): boolean {
  const [first = '', ...rest] = words;
  const sub = command.commands.find((one) => one.name() === first);
  if (sub) return isCommand(sub, rest);
  if (command.commands.length > 0) return words.length === 0 || /^[-<]/.test(first);
  const known = command.options.flatMap((option) => [option.long, option.short]);
  return words.filter((word) => word.startsWith('--')).every((word) => known.includes(word.split('=')[0]));
}
