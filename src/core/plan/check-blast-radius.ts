// Warnings: playbooks that may touch more targets than guards.yaml lets one incident touch, even where each of their lists
// has one item only. No error: what is beyond is refused for real, and that may be meant; but whoever writes the playbook
// should know before the day it happens. What longer lists come to is known when a response is planned: see
// blast-radius.ts.

import { canonicalJson } from '../canonical.ts';
import type { ActionRegistry } from '../playbook/action-view.ts';
import { limitsOn } from './blast-radius.ts';
import type { Finding } from './finding.ts';
import type { BlastRadiusLimit } from './guards.ts';
import type { Module } from './module.ts';
import { type Playbook, phases } from './playbook.ts';
import { playbookPath, type ResponsePlan } from './response-plan.ts';
import { type ActionCall, listsOf, type Step, stepBounds } from './step.ts';

/** What is touched, by the calls that do: two with the same parameters touch the same. */
type Touched = ReadonlySet<string>;

export function blastRadiusWarnings(plan: ResponsePlan, actions: ActionRegistry): Finding[] {
  return plan.guards.blast_radius.flatMap((limit) => {
    const most = limit.per_incident;
    // One response has no more steps than that.
    if (most === undefined || most >= stepBounds.planned) return [];
    const counting = new Counting({ limit, most, actions, modules: plan.modules });
    return plan.playbooks.flatMap((playbook): Finding[] => {
      const path = counting.firstBeyond(playbook);
      if (!path) return [];
      const message = `with this step more than ${most} targets may be touched: guards.yaml (${limit.name}) lets one incident touch ${most}, and what is beyond is refused`;
      return [{ file: playbookPath(playbook.name), path, message }];
    });
  });
}

interface Counted {
  limit: BlastRadiusLimit;
  most: number;
  actions: ActionRegistry;
  modules: readonly Module[];
}

class Counting {
  readonly #counted: Counted;
  readonly #ofModules = new Map<string, Touched>();

  constructor(counted: Counted) {
    this.#counted = counted;
  }

  firstBeyond(playbook: Playbook): PropertyKey[] | undefined {
    const steps = phases.flatMap((phase) => playbook[phase].map((step, index) => ({ step, path: [phase, index] })));
    let touched: Touched = new Set();
    for (const { step, path } of steps) {
      touched = this.#union([touched, this.#step(step, 0)]);
      if (touched.size > this.#counted.most) return path;
    }
    return undefined;
  }

  /** @param uses modules around it; those that use themselves are refused elsewhere */
  #step(step: Step, uses: number): Touched {
    const lists = listsOf(step).map(({ path, steps }) => ({
      isRescue: path[0] === 'on_failure',
      touched: this.#all(steps, uses),
    }));
    const inside = lists.filter(({ isRescue }) => !isRescue).map(({ touched }) => touched);
    const rescue = lists.filter(({ isRescue }) => isRescue).map(({ touched }) => touched);
    return this.#union([this.#own(step, uses), 'choose' in step ? largest(inside) : this.#union(inside), ...rescue]);
  }

  #own(step: Step, uses: number): Touched {
    if ('action' in step) return new Set(this.#counts(step) ? [keyOf(step.action, step)] : []);
    if (!('use' in step) || uses >= stepBounds.uses) return new Set();
    // With other inputs a module touches something else.
    return new Set([...this.#module(step.use, uses + 1)].map((key) => keyOf(key, step)));
  }

  #module(name: string, uses: number): Touched {
    const key = `${uses} ${name}`;
    const known = this.#ofModules.get(key);
    if (known) return known;
    const steps = this.#counted.modules.find((one) => one.name === name)?.steps ?? [];
    const made = this.#all(steps, uses);
    this.#ofModules.set(key, made);
    return made;
  }

  #all = (steps: readonly Step[], uses: number): Touched => this.#union(steps.map((one) => this.#step(one, uses)));

  #counts({ action: name }: ActionCall): boolean {
    const { actions, limit } = this.#counted;
    const action = actions.get(name);
    return action !== undefined && action.kind !== 'check' && limitsOn([limit], action).length > 0;
  }

  /** One too many is enough to know. */
  #union(all: readonly Touched[]): Touched {
    const made = new Set<string>();
    for (const one of all) for (const key of one) if (made.size <= this.#counted.most) made.add(key);
    return made;
  }
}

const keyOf = (name: string, { with: given }: Pick<ActionCall, 'with'>): string => canonicalJson([name, given]);

const largest = (all: readonly Touched[]): Touched =>
  all.reduce((most, one) => (one.size > most.size ? one : most), new Set<string>());
