// What is wrong in a response plan, at its place in the files.

import { nearestName } from '../actions/lib/nearest-name.ts';

/** What kind of thing is wrong: the rule ids of SARIF, each with what it says of every problem of its kind. */
export const problemCodes = {
  plan_file: 'A file of the plan is missing, superfluous, or cannot be read.',
  plan_yaml: 'A file is not YAML, or uses parts of YAML that plans do not take.',
  plan_schema: 'A key, a value or its type is not what the file takes.',
  plan_expression: 'An expression does not compile, names what there is not, or costs too much.',
  plan_reference: 'Files of the plan, or the plan and its actions, contradict each other.',
  plan_blast_radius: 'A warning: a playbook may touch more than guards.yaml lets one incident touch.',
} as const;
export type ProblemCode = keyof typeof problemCodes;

export interface PlanProblem {
  /** Path in the folder. */
  file: string;
  /** From 1. */
  line: number;
  column: number;
  /** Keys and indexes to the place, as in `contain[0].with.ip`; empty for the file as a whole. */
  path: string;
  code: ProblemCode;
  /** What was found and what would be right. */
  message: string;
  /** The name that was probably meant. */
  suggestion?: string;
}

/** `playbooks/disk-full.yaml:12:5 contain[0].action: there is no action "blok_ip"; did you mean "block_ip"?` */
export function describeProblem(problem: PlanProblem): string {
  const { file, line, column, path } = problem;
  return `${file}:${line}:${column}${path && ` ${path}`}: ${describeMessage(problem)}`;
}

export const describeMessage = ({ message, suggestion }: PlanProblem): string =>
  suggestion === undefined ? message : `${message}; did you mean "${suggestion}"?`;

/** A plan that cannot be used, with everything that is wrong at once. */
export class PlanError extends Error {
  readonly code = 'plan_invalid';
  readonly problems: readonly PlanProblem[];

  constructor(folder: string, problems: readonly PlanProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`The response plan ${folder} has ${count}:\n${problems.map(describeProblem).join('\n')}`);
    this.name = 'PlanError';
    this.problems = problems;
  }
}

export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

export function suggestionFor(wrong: string | undefined, known: readonly string[] | undefined): string | undefined {
  return wrong === undefined ? undefined : nearestName(wrong, known ?? []);
}
