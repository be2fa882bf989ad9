// Reads a response plan folder into one typed value with a digest, or says everything that is wrong with it at once.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import type { PlanFolder } from '../catalog/catalog.ts';
import { readServices } from '../catalog/index.ts';
import { type CheckContext, checkPlanContent } from '../core/plan/check-plan.ts';
import type { Finding } from '../core/plan/finding.ts';
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
import { PlanError, type PlanProblem, pathText, suggestionFor } from './problem.ts';
import { readYaml, type YamlFile, yamlBounds } from './read-yaml.ts';
import { schemaFindings } from './schema-findings.ts';

export type { LoadedPlan };

export type PlanCheck = { ok: true; loaded: LoadedPlan } | { ok: false; problems: PlanProblem[] };

/** Of each folder. */
const mostFiles = 500;

/** @throws PlanError with every problem */
export async function loadPlan(folder: string, context: CheckContext = builtIn): Promise<LoadedPlan> {
  const checked = await checkPlan(folder, context);
  if (checked.ok) return checked.loaded;
  throw new PlanError(folder, checked.problems);
}

/** Cross-references are checked once every file by itself is right: before that they would only repeat its faults. */
export async function checkPlan(folder: string, context: CheckContext = builtIn): Promise<PlanCheck> {
  const reading = new Reading(folder);
  const playbooks = await readFolder(reading, 'playbooks', playbook, playbookPath);
  const modules = await readFolder(reading, 'modules', module, modulePath);
  const parts = await readParts(reading);
  await refuseStrangers(reading);
  if (reading.problems.length > 0 || !parts) return { ok: false, problems: inOrder(reading.problems) };
  const plan: ResponsePlan = { ...parts, playbooks, modules };
  const problems = checkPlanContent(plan, context).map((finding) => reading.locate(finding));
  return problems.length > 0 ? { ok: false, problems: inOrder(problems) } : { ok: true, loaded: withDigest(plan) };
}

/** What was read so far, and what was wrong with it. */
class Reading implements PlanFolder {
  readonly folder: string;
  readonly problems: PlanProblem[] = [];
  readonly #files = new Map<string, YamlFile>();

  constructor(folder: string) {
    this.folder = folder;
  }

  async read<Value>(file: string, schema: ZodType<Value>): Promise<Value | undefined> {
    const text = await this.#text(file);
    if (text === undefined) return undefined;
    const read = readYaml(text);
    if (!read.ok) {
      this.problems.push(...read.problems.map((problem) => ({ file, path: '', ...problem })));
      return undefined;
    }
    this.#files.set(file, read.file);
    const parsed = schema.safeParse(read.file.value);
    if (parsed.success) return parsed.data;
    for (const finding of schemaFindings(file, schema, read.file.value, parsed.error)) this.refuse(finding);
    return undefined;
  }

  refuse(finding: Finding): void {
    this.problems.push(this.locate(finding));
  }

  locate({ file, path, atKey, celOffset, message, wrong, known }: Finding): PlanProblem {
    const read = this.#files.get(file);
    const position =
      celOffset === undefined ? read?.positionOf(path, atKey) : read?.positionInExpression(path, celOffset);
    const suggestion = suggestionFor(wrong, known);
    return {
      file,
      ...(position ?? { line: 1, column: 1 }),
      path: pathText(path),
      message,
      ...(suggestion !== undefined && { suggestion }),
    };
  }

  async #text(file: string): Promise<string | undefined> {
    const path = join(this.folder, file);
    try {
      // Before reading: a file that is too long, or a device, is not taken into memory.
      const found = await stat(path);
      const { size } = found;
      if (found.isFile() && size <= yamlBounds.bytes) return await readFile(path, 'utf8');
      if (!found.isFile()) this.refuse({ file, path: [], message: 'is no file: put a YAML file there' });
      else this.refuse({ file, path: [], message: `the file has ${size} bytes: at most ${yamlBounds.bytes} are read` });
    } catch (error) {
      this.refuse({ file, path: [], message: unreadable(error) });
    }
    return undefined;
  }
}

/** One file each, named after what it defines. */
async function readFolder<Value extends { name: string }>(
  reading: Reading,
  folder: string,
  schema: ZodType<Value>,
  pathOf: (name: string) => string,
): Promise<Value[]> {
  const files = (await names(reading, folder)).filter(isYaml);
  if (files.length > mostFiles) {
    reading.refuse({ file: folder, path: [], message: `there are ${files.length} ${folder}: at most ${mostFiles}` });
    return [];
  }
  const read: Value[] = [];
  for (const name of files) {
    const file = `${folder}/${name}`;
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

type Parts = Omit<ResponsePlan, 'playbooks' | 'modules'>;

async function readParts(reading: Reading): Promise<Parts | undefined> {
  const read = new Map<PlanPart, unknown>();
  for (const part of Object.keys(planFiles) as PlanPart[]) {
    const { path, schema } = planFiles[part];
    if (part !== 'catalog') read.set(part, await reading.read(path, schema as ZodType));
  }
  const services = await readServices(reading);
  read.set('catalog', services && { services });
  const isWhole = [...read.values()].every((value) => value !== undefined);
  return isWhole ? (Object.fromEntries(read) as Parts) : undefined;
}

/** A file that nothing reads is a name with a typo. */
async function refuseStrangers(reading: Reading): Promise<void> {
  const known = Object.values(planFiles).map((file) => file.path as string);
  const top = await names(reading, '.');
  const catalog = (await names(reading, 'catalog')).map((name) => `catalog/${name}`);
  for (const file of [...top, ...catalog].filter(isYaml)) {
    if (known.includes(file)) continue;
    reading.refuse({ file, path: [], message: 'nothing reads this file', wrong: file, known });
  }
}

const mayBeAbsent = new Set(['catalog', 'modules']);

const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name);

/** Names in a folder, sorted, so that the plan does not depend on the file system's order. */
async function names(reading: Reading, folder: string): Promise<string[]> {
  try {
    return (await readdir(join(reading.folder, folder))).sort();
  } catch (error) {
    if (!mayBeAbsent.has(folder)) reading.refuse({ file: folder, path: [], message: unreadable(error) });
    return [];
  }
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'is not there: create it (docs/response-plan.md says what belongs into it)';
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function inOrder(problems: PlanProblem[]): PlanProblem[] {
  return [...problems].sort((a, b) => a.file.localeCompare(b.file, 'en') || a.line - b.line || a.column - b.column);
}
