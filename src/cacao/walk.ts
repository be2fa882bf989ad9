// Goes through the workflow of a CACAO playbook from its start: each step once, in its one place. What goes back or joins
// another way is gone on with by hand.

import { ByHand } from './by-hand.ts';
import { CacaoError, type Draft, titled, type Written } from './draft.ts';
import type { CacaoPlaybook, CacaoStep } from './model.ts';
import type { Variables } from './variables.ts';
import { durationOf, said } from './words.ts';

const mostNested = 5;
const mostBranches = 10;
const mostInARow = 50;

export class Walk {
  readonly #cacao: CacaoPlaybook;
  readonly #draft: Draft;
  readonly #variables: Variables;
  readonly #byHand: ByHand;
  readonly #seen = new Set<string>();

  constructor(cacao: CacaoPlaybook, draft: Draft, variables: Variables) {
    this.#cacao = cacao;
    this.#draft = draft;
    this.#variables = variables;
    this.#byHand = new ByHand(draft, cacao, variables);
  }

  /** The steps from there to an end. */
  from(first: string | undefined, depth = 0): Written[] {
    if (depth > mostNested) throw new CacaoError(`The workflow is nested deeper than ${mostNested} levels: flatten it`);
    const steps: Written[] = [];
    for (let id = first; id !== undefined; ) {
      const step: CacaoStep | undefined = this.#cacao.workflow[id];
      if (!step) {
        this.#draft.warn(`${id} is not in the workflow: what leads there ends`);
        break;
      }
      if (this.#seen.has(id) && step.type !== 'end') {
        this.#draft.warn(`${id} is reached by more than one way: people go on with it by hand`);
        steps.push(this.#byHand.gate(`Go on with "${said(step.name ?? id)}" of this playbook`, 'go-on'));
        break;
      }
      this.#seen.add(id);
      if (step.type === 'end') break;
      steps.push(...this.#step(id, step, depth));
      id = step.on_completion ?? step.on_success;
    }
    if (steps.length > mostInARow)
      throw new CacaoError(`More than ${mostInARow} steps follow each other: split the playbook`);
    return steps;
  }

  warnOfTheRest(): void {
    for (const [id, { type, name }] of Object.entries(this.#cacao.workflow)) {
      if (!this.#seen.has(id) && type !== 'end')
        this.#draft.warn(`${id} (${said(name ?? type)}) is not reached from the start: left out`);
    }
  }

  #step(id: string, step: CacaoStep, depth: number): Written[] {
    if (step.type === 'start') return [];
    const before = step.delay ? [{ id: this.#draft.id('delay'), wait: { for: durationOf(step.delay) } }] : [];
    const timeout = step.timeout ? { timeout: durationOf(step.timeout) } : {};
    const made = this.#kind(id, step, depth).map((one): Written => ({ ...one, ...timeout }));
    const last = made.at(-1);
    const failed = step.on_failure === undefined ? [] : this.from(step.on_failure, depth + 1);
    if (last && failed.length > 0) last.on_failure = { steps: failed };
    else if (last && step.on_failure !== undefined) last.on_failure = 'fail';
    return [...before, ...made, ...this.#variables.returnedBy(step, id)];
  }

  #kind(id: string, step: CacaoStep, depth: number): Written[] {
    const title = step.name?.trim() ? said(step.name) : undefined;
    const inner = (to: string | undefined): Written[] => (to === undefined ? [] : this.from(to, depth + 1));
    switch (step.type) {
      case 'action':
        return this.#byHand.commands(id, step, title);
      case 'playbook-action':
        this.#draft.warn(`${id} runs the playbook ${step.playbook_id}: people run it by hand`);
        return [this.#byHand.gate(`Run the playbook ${step.playbook_id} by hand; approve when it is done`, title)];
      case 'parallel':
        return this.#parallel(id, title, (step.next_steps ?? []).map(inner));
      case 'if-condition':
        return this.#byHand.choice(step, title, { yes: inner(step.on_true), no: inner(step.on_false) });
      case 'while-condition': {
        this.#draft.warn(`${id} is a loop: its steps run once, then people repeat them by hand`);
        const again = this.#variables.text(`Repeat the steps before while: ${said(step.condition ?? '')}`, step);
        const repeat = this.#byHand.gate(again, 'repeat');
        return this.#byHand.choice(step, title, { yes: [...inner(step.on_true), repeat], no: [] });
      }
      case 'switch-condition':
        return this.#byHand.switch(
          step,
          title,
          Object.entries(step.cases ?? {}).map(([value, to]) => [value, inner(to)]),
        );
      default:
        return [];
    }
  }

  #parallel(id: string, title: string | undefined, all: readonly Written[][]): Written[] {
    const branches = all.filter((steps) => steps.length > 0);
    if (branches.length > mostBranches)
      throw new CacaoError(`${id} has ${branches.length} branches: at most ${mostBranches} are read`);
    if (branches.length < 2) return branches.flat();
    return [titled(this.#draft.id(title), title, { parallel: branches.map((steps) => ({ steps })) })];
  }
}
