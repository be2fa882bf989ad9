// A corpus of broken plans (broken/), each a small change of the plan that `firebreak plan new` writes, with everything
// that the check says of it: file, line, column, what was found, what would be right.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planFiles } from '../../src/core/plan/response-plan.ts';
import { checkPlan } from '../../src/plan/load.ts';
import { describeProblem } from '../../src/plan/problem.ts';
import { approvals } from './broken/approvals.ts';
import type { BrokenPlan } from './broken/broken-plan.ts';
import { catalog } from './broken/catalog.ts';
import { enrichment } from './broken/enrichment.ts';
import { folder } from './broken/folder.ts';
import { guards } from './broken/guards.ts';
import { modules } from './broken/modules.ts';
import { playbooks } from './broken/playbooks.ts';
import { references } from './broken/references.ts';
import { reports } from './broken/reports.ts';
import { routing } from './broken/routing.ts';
import { rules } from './broken/rules.ts';
import { slas } from './broken/slas.ts';
import { sources } from './broken/sources.ts';
import { steps } from './broken/steps.ts';
import { yaml } from './broken/yaml.ts';

const scaffold = new URL('../../src/plan/scaffold', import.meta.url).pathname;
/** A playbook with a step of every kind, and a module, beside what the scaffold has. */
const everyKind = new URL('./broken/base', import.meta.url).pathname;
const corpus = {
  folder,
  yaml,
  rules,
  routing,
  approvals,
  guards,
  slas,
  catalog,
  sources,
  enrichment,
  playbooks,
  reports,
  steps,
  modules,
  references,
};
const all: BrokenPlan[] = Object.values(corpus).flat();

async function problemsOf({ file, from, to }: BrokenPlan): Promise<string[]> {
  const plan = await mkdtemp(join(tmpdir(), 'firebreak-broken-'));
  try {
    for (const folder of [scaffold, everyKind]) await cp(folder, plan, { recursive: true });
    const path = join(plan, file);
    if (to === null) await rm(path);
    else {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, from === undefined ? to : replaceOnce(await readFile(path, 'utf8'), from, to));
    }
    const checked = await checkPlan(plan);
    return checked.ok ? [] : checked.problems.map(describeProblem);
  } finally {
    await rm(plan, { recursive: true });
  }
}

function replaceOnce(text: string, from: string, to: string): string {
  const [before, after, ...others] = text.split(from);
  if (before === undefined || after === undefined || others.length > 0) {
    throw new Error(`Once and not ${text.split(from).length - 1} times there should be: ${from}`);
  }
  return `${before}${to}${after}`;
}

describe.each(Object.entries(corpus))('broken %s', (_part, entries) => {
  it.each(entries)('$what', async (broken) => {
    const problems = await problemsOf(broken);
    expect(problems).toEqual(broken.problems);
    expect(problems.length).toBeGreaterThan(0);
  });
});

it('there are at least 60, and some in every file of a plan', () => {
  expect(all.length).toBeGreaterThanOrEqual(60);
  const said = all.flatMap(({ problems }) => problems).join('\n');
  for (const { path } of Object.values(planFiles)) expect(said).toMatch(new RegExp(`^${path}:[1-9]`, 'm'));
  expect(said).toMatch(/^playbooks\//m);
});

it('without a change both are right', async () => {
  expect((await checkPlan(scaffold)).ok).toBe(true);
  expect(await problemsOf({ what: 'nothing', file: 'notes.txt', to: '', problems: [] })).toEqual([]);
});
