// Reads a response plan folder into one typed value with a digest, or says everything that is wrong with it at once.

import type { ZodType } from 'zod';
import { readServices } from '../catalog/index.ts';
import { blastRadiusWarnings } from '../core/plan/check-blast-radius.ts';
import { type CheckContext, checkPlanContent } from '../core/plan/check-plan.ts';
import { indicatorList, indicatorPath } from '../core/plan/indicators.ts';
import { module } from '../core/plan/module.ts';
import { playbook } from '../core/plan/playbook.ts';
import {
  type LoadedPlan,
  modulePath,
  type PlanPart,
  planFiles,
  playbookPath,
  type ResponsePlan,
  withDigest,
} from '../core/plan/response-plan.ts';
import { builtIn } from './context.ts';
import { folderBounds, listYamlFiles } from './list-files.ts';
import { PlanError, type PlanProblem } from './problem.ts';
import { inOrder, planBounds, Reading } from './reading.ts';

export type { LoadedPlan };

/** Warnings: what may be meant as it is. */
export type PlanCheck =
  | { ok: true; loaded: LoadedPlan; warnings: PlanProblem[] }
  | { ok: false; problems: PlanProblem[] };

/** @throws PlanError with every problem */
export async function loadPlan(folder: string, context: CheckContext = builtIn): Promise<LoadedPlan> {
  const checked = await checkPlan(folder, context);
  if (checked.ok) return checked.loaded;
  throw new PlanError(folder, checked.problems);
}

/** Cross-references are checked once every file by itself is right: before that they would only repeat its faults. */
export async function checkPlan(folder: string, context: CheckContext = builtIn): Promise<PlanCheck> {
  const { files, cut } = await listYamlFiles(folder);
  const reading = new Reading(folder, files);
  if (cut) {
    const message = `has more than ${folderBounds.entries} entries: keep only the plan in it`;
    return { ok: false, problems: [reading.locate({ file: '.', path: [], message }, 'plan_file')] };
  }
  const playbooks = await readFolder(reading, 'playbooks', playbook, playbookPath);
  const modules = await readFolder(reading, 'modules', module, modulePath);
  const indicators = await readFolder(reading, 'indicators', indicatorList, indicatorPath);
  const parts = await readParts(reading);
  refuseStrangers(reading);
  if (reading.problems.length > 0 || !parts) return { ok: false, problems: inOrder(reading.problems) };
  const plan: ResponsePlan = { ...parts, playbooks, modules, indicators };
  const problems = checkPlanContent(plan, context).map((finding) => reading.locate(finding, 'plan_reference'));
  if (problems.length > 0) return { ok: false, problems: inOrder(problems) };
  const warnings = blastRadiusWarnings(plan, context.actions).map((one) => reading.locate(one, 'plan_blast_radius'));
  return { ok: true, loaded: withDigest(plan), warnings: inOrder(warnings) };
}

/** One file each, named after what it defines. */
async function readFolder<Value extends { name: string }>(
  reading: Reading,
  folder: string,
  schema: ZodType<Value>,
  pathOf: (name: string) => string,
): Promise<Value[]> {
  const files = reading.names.filter((file) => new RegExp(`^${folder}/[^/]+$`).test(file));
  if (files.length > planBounds.files) {
    const message = `there are ${files.length} ${folder}: at most ${planBounds.files}`;
    reading.refuse({ file: folder, path: [], message });
    return [];
  }
  const read: Value[] = [];
  for (const file of files) {
    const value = await reading.read(file, schema);
    if (!value) continue;
    if (pathOf(value.name) === file) read.push(value);
    else
      reading.refuse({
        file,
        path: ['name'],
        message: `is "${value.name}": name the file ${value.name}.yaml, or the other way round`,
      });
  }
  return read;
}

type Parts = Omit<ResponsePlan, 'playbooks' | 'modules' | 'indicators'>;

const mayBeAbsent: readonly PlanPart[] = ['sources', 'assets', 'report'];

async function readParts(reading: Reading): Promise<Parts | undefined> {
  const read = new Map<PlanPart, unknown>();
  for (const part of Object.keys(planFiles) as PlanPart[]) {
    const { path, schema } = planFiles[part];
    if (mayBeAbsent.includes(part) && !reading.names.includes(path)) continue;
    if (part !== 'catalog') read.set(part, await reading.read(path, schema as ZodType));
  }
  const services = await readServices(reading);
  read.set('catalog', services && { services });
  const isWhole = [...read.values()].every((value) => value !== undefined);
  return isWhole ? (Object.fromEntries(read) as Parts) : undefined;
}

/** A file that nothing reads is a name with a typo, or lies in a folder too deep. */
function refuseStrangers(reading: Reading): void {
  const known = Object.values(planFiles).map((file) => file.path as string);
  for (const file of reading.names) {
    if (known.includes(file) || /^(playbooks|modules|indicators)\/[^/]+$/.test(file)) continue;
    // What else the repository keeps beside the plan is its own business.
    if (file.includes('/') && !/^(playbooks|modules|indicators|catalog|reports)\//.test(file)) continue;
    reading.refuse({ file, path: [], message: 'nothing reads this file', wrong: file, known });
  }
}
