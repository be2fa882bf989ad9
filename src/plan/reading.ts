// Reads the files of a plan's folder one by one, and keeps everything that is wrong in them with its place.

import type { ZodType } from 'zod';
import type { PlanFolder } from '../catalog/catalog.ts';
import type { Finding } from '../core/plan/finding.ts';
import { type PlanProblem, type ProblemCode, pathText, suggestionFor } from './problem.ts';
import { readPlanFile } from './read-file.ts';
import { readYaml, type YamlFile } from './read-yaml.ts';
import { schemaFindings } from './schema-findings.ts';

export const planBounds = {
  /** Playbooks, and modules. */
  files: 500,
  /** Of all files together: what is checked, digested and stored must be done in seconds. */
  characters: 4_194_304,
} as const;

/** What was read so far, and what was wrong with it. */
export class Reading implements PlanFolder {
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

export function inOrder(problems: PlanProblem[]): PlanProblem[] {
  return [...problems].sort((a, b) => a.file.localeCompare(b.file, 'en') || a.line - b.line || a.column - b.column);
}
