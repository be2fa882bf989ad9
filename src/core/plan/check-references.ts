// Checks what steps say of each other: that a step comes before the one that looks at it and has what is looked for, and
// that a variable was set.

import { type Reference, referencesIn } from '../expression/references.ts';
import { isAnswer } from '../incident/answer.ts';
import type { Finding } from './finding.ts';
import type { Module } from './module.ts';
import { everyStep, listsOf, type Step } from './step.ts';
import { isExpression } from './values.ts';

type Path = readonly PropertyKey[];

/** Keys of expressions that are true or false. */
const conditions: ReadonlySet<PropertyKey | undefined> = new Set(['if', 'when', 'until']);

/** For "did you mean": more would take long, where many are wrong. */
const mostSuggested = 200;

/** What is known at one place of a flow: what came before in its list, and in the lists around it. Never copied. */
class Known {
  readonly #around: Known | undefined;
  readonly #steps = new Map<string, Step>();
  readonly #vars = new Set<string>();

  constructor(around?: Known) {
    this.#around = around;
  }

  add(step: Step): void {
    this.#steps.set(step.id, step);
    if ('set' in step) for (const name of Object.keys(step.set)) this.#vars.add(name);
  }

  /** What came of a list inside is known after it. */
  absorb(inner: Known): void {
    for (const step of inner.#steps.values()) this.add(step);
  }

  step(id: string): Step | undefined {
    return this.#steps.get(id) ?? this.#around?.step(id);
  }

  has(name: string): boolean {
    return this.#vars.has(name) || (this.#around?.has(name) ?? false);
  }

  get stepNames(): string[] {
    return [...this.#steps.keys(), ...(this.#around?.stepNames ?? [])].slice(0, mostSuggested);
  }

  get varNames(): string[] {
    return [...this.#vars, ...(this.#around?.varNames ?? [])].slice(0, mostSuggested);
  }
}

export interface Flow {
  file: string;
  /** Lists of steps in the order in which they run, each with its path. */
  lists: readonly { path: Path; steps: readonly Step[] }[];
  /** Computed after the last step, each with its path. */
  after?: readonly { path: Path; text: string }[];
}

export function checkReferences(flow: Flow, modules: readonly Module[]): Finding[] {
  const all = flow.lists.flatMap(({ path, steps }) => everyStep(steps, path).map(({ step }) => step));
  const walk = new Walk(flow.file, new Map(all.map((step) => [step.id, step])), itemsOf(all), modules);
  const known = new Known();
  for (const { path, steps } of flow.lists) walk.list(steps, path, known);
  for (const { path, text } of flow.after ?? []) walk.expression(text, path, known);
  return walk.findings;
}

/** The innermost `for_each` around each step that is in one. */
function itemsOf(all: readonly Step[]): ReadonlyMap<string, string> {
  const loops = all.flatMap((step) => ('for_each' in step ? [step] : []));
  return new Map(loops.flatMap((loop) => everyStep(loop.for_each.steps, []).map(({ step }) => [step.id, loop.id])));
}

class Walk {
  readonly findings: Finding[] = [];
  readonly #file: string;
  readonly #all: ReadonlyMap<string, Step>;
  readonly #loopOf: ReadonlyMap<string, string>;
  readonly #modules: readonly Module[];

  constructor(
    file: string,
    all: ReadonlyMap<string, Step>,
    loopOf: ReadonlyMap<string, string>,
    modules: readonly Module[],
  ) {
    this.#file = file;
    this.#all = all;
    this.#loopOf = loopOf;
    this.#modules = modules;
  }

  /** Adds to what is known. */
  list(steps: readonly Step[], path: Path, known: Known): void {
    for (const [index, step] of steps.entries()) this.#step(step, [...path, index], known);
  }

  expression(text: string, path: Path, known: Known): void {
    for (const reference of referencesIn(text, conditions.has(path.at(-1)))) {
      const place = { file: this.#file, path };
      const problem = reference.root === 'vars' ? unsetVariable(reference, known) : this.#wrongStep(reference, known);
      if (problem) this.findings.push({ ...place, celOffset: reference.offset, ...problem });
    }
  }

  #step(step: Step, path: Path, known: Known): void {
    for (const { text, path: inner } of expressionsOf(headOf(step), path)) this.expression(text, inner, known);
    // Branches do not see each other; whoever comes after them sees all. What is in items is seen there alone.
    const seenLater = listsOf(step).flatMap(({ path: inner, steps }) => {
      const isRescue = inner[0] === 'on_failure';
      const inside = new Known(known);
      if (isRescue) inside.add(step);
      this.list(steps, [...path, ...inner], inside);
      return 'for_each' in step && !isRescue ? [] : [inside];
    });
    for (const inside of seenLater) known.absorb(inside);
    known.add(step);
  }

  #wrongStep(reference: Reference, known: Known): Problem {
    const { name, fields } = reference;
    const [field, output] = fields;
    const step = known.step(name);
    if (!step) return this.#unknownStep(name, known);
    if (field === 'answer') return wrongAnswer(step, reference);
    if (field === 'items' && !('for_each' in step))
      return { message: `the step "${name}" has no items: it is no for_each` };
    if (field !== 'outputs') return undefined;
    if (!('use' in step)) return { message: `the step "${name}" has no outputs: it uses no module` };
    const module = this.#modules.find((one) => one.name === step.use);
    const outputs = Object.keys(module?.outputs ?? {});
    if (!module || output === undefined || outputs.includes(output)) return undefined;
    const has = outputs.length > 0 ? `it has ${outputs.join(', ')}` : 'it has none';
    return { message: `the module ${step.use} has no output "${output}": ${has}`, wrong: output, known: outputs };
  }

  #unknownStep(name: string, known: Known): Problem {
    const loop = this.#loopOf.get(name);
    if (loop !== undefined) {
      return { message: `the step "${name}" runs for each item of "${loop}": look at steps["${loop}"].items` };
    }
    if (this.#all.has(name)) return { message: `the step "${name}" does not come before this one: move one of them` };
    return { message: `there is no step "${name}" before this one`, wrong: name, known: known.stepNames };
  }
}

type Problem = Pick<Finding, 'message' | 'wrong' | 'known'> | undefined;

function unsetVariable({ name }: Reference, known: Known): Problem {
  if (known.has(name)) return undefined;
  return { message: `nothing sets vars.${name} before this step`, wrong: name, known: known.varNames };
}

function wrongAnswer(step: Step, { comparedWith, isCondition }: Reference): Problem {
  if (!('ask' in step)) return { message: `the step "${step.id}" has no answer: it is no question` };
  const { answer } = step.ask;
  const right = typeof answer === 'object' ? answer.choices : undefined;
  const answers = typeof answer === 'object' ? `one of ${answer.choices.join(', ')}` : answerWords[answer];
  if (isCondition && answer !== 'yes_no') {
    const example = `steps["${step.id}"].answer == ${JSON.stringify(right?.[0] ?? (answer === 'number' ? 1 : 'yes'))}`;
    return { message: `the answer to "${step.id}" is ${answers}, not yes or no: compare it, as in ${example}` };
  }
  const wrong = comparedWith.find((literal) => !isAnswer(answer, literal));
  if (wrong === undefined) return undefined;
  return {
    message: `nobody can answer ${JSON.stringify(wrong)} to "${step.id}": the answer is ${answers}`,
    ...(right && typeof wrong === 'string' && { wrong, known: right }),
  };
}

const answerWords = { yes_no: 'true or false', text: 'a text', number: 'a number' } as const;

/** Without the steps inside: those are looked at where they stand. */
function headOf(step: Step): unknown {
  const { on_failure: _rescue, ...own } = step;
  if ('for_each' in own) return { ...own, for_each: { in: own.for_each.in } };
  if ('choose' in own) return { ...own, choose: own.choose.map(({ when }) => ({ when })) };
  return 'parallel' in own ? { ...own, parallel: [] } : own;
}

function expressionsOf(value: unknown, path: Path): { text: string; path: Path }[] {
  if (isExpression(value)) return [{ text: value, path }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    expressionsOf(member, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
