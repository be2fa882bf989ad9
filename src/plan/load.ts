// Reads a response plan folder into one typed value with a digest, or says everything that is wrong with it at once.

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
import { folderBounds, listYamlFiles } from './list-files.ts';
import { PlanError, type PlanProblem, type ProblemCode, pathText, suggestionFor } from './problem.ts';
import { readPlanFile } from './read-file.ts';
import { readYaml, type YamlFile } from './read-yaml.ts';
import { schemaFindings } from './schema-findings.ts';

export type { LoadedPlan };

export type PlanCheck = { ok: true; loaded: LoadedPlan } | { ok: false; problems: PlanProblem[] };

const planBounds = {
  /** Playbooks, and modules. */
  files: 500,
  /** Of all files together: what is checked, digested and stored must be done in seconds. */
  characters: 4_194_304,
} as const;

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
  const parts = await readParts(reading);
  refuseStrangers(reading);
  if (reading.problems.length > 0 || !parts) return { ok: false, problems: inOrder(reading.problems) };
  const plan: ResponsePlan = { ...parts, playbooks, modules };
  const problems = checkPlanContent(plan, context).map((finding) => reading.locate(finding, 'plan_reference'));
  return problems.length > 0 ? { ok: false, problems: inOrder(problems) } : { ok: true, loaded: withDigest(plan) };
}

/** What was read so far, and what was wrong with it. */
class Reading implements PlanFolder {
  readonly folder: string;
  /** All YAML files of the folder. */
  readonly names: readonly string[];
  readonly problems: PlanProblem[] = [];
  readonly #files = new Map<string, YamlFile>();
  #characters = 0;

  constructor(folder: string, names: readonly string[]) {
    this.folder = folder;
    this.names = names;
  }

  async read<Value>(file: string, schema: ZodType<Value>): Promise<Value | undefined> {
    const text = await this.#text(file);
    if (text === undefined) return undefined;
    const read = readYaml(text);
    if (!read.ok) {
      this.problems.push(
        ...read.problems.map((problem) => ({ file, path: '', code: 'plan_yaml' as const, ...problem })),
      );
      return undefined;
    }
    this.#files.set(file, read.file);
    const parsed = schema.safeParse(read.file.value);
    if (parsed.success) return parsed.data;
    for (const finding of schemaFindings(file, schema, read.file.value, parsed.error)) {
      this.refuse(finding, 'plan_schema');
    }
    return undefined;
  }

  refuse(finding: Finding, code: ProblemCode = 'plan_file'): void {
    this.problems.push(this.locate(finding, code));
  }

  locate({ file, path, atKey, celOffset, message, wrong, known }: Finding, code: ProblemCode): PlanProblem {
    const read = this.#files.get(file);
    const position =
      celOffset === undefined ? read?.positionOf(path, atKey) : read?.positionInExpression(path, celOffset);
    const suggestion = suggestionFor(wrong, known);
    return {
      file,
      ...(position ?? { line: 1, column: 1 }),
      path: pathText(path),
      code: celOffset === undefined ? code : 'plan_expression',
      message,
      ...(suggestion !== undefined && { suggestion }),
    };
  }

  async #text(file: string): Promise<string | undefined> {
    const read = await readPlanFile(this.folder, file);
    if (!read.ok) {
      const { message, line = 1, column = 1 } = read;
      this.problems.push({ file, line, column, path: '', code: 'plan_file', message });
      return undefined;
    }
    this.#characters += read.text.length;
    if (this.#characters <= planBounds.characters) return read.text;
    const message = `the plan has more than ${planBounds.characters} characters with this file: make it smaller`;
    this.refuse({ file, path: [], message });
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

/** A file that nothing reads is a name with a typo, or lies in a folder too deep. */
function refuseStrangers(reading: Reading): void {
  const known = Object.values(planFiles).map((file) => file.path as string);
  for (const file of reading.names) {
    if (known.includes(file) || /^(playbooks|modules)\/[^/]+$/.test(file)) continue;
    // What else the repository keeps beside the plan is its own business.
    if (file.includes('/') && !/^(playbooks|modules|catalog|reports)\//.test(file)) continue;
    reading.refuse({ file, path: [], message: 'nothing reads this file', wrong: file, known });
  }
}

function inOrder(problems: PlanProblem[]): PlanProblem[] {
  return [...problems].sort((a, b) => a.file.localeCompare(b.file, 'en') || a.line - b.line || a.column - b.column);
}
