// Playbooks that a seed makes: every kind of step that needs no person, deep in each other, with steps that fail.

import { type Random, randomFrom } from '../support/random.ts';

/** The lines of its steps to contain. */
export function randomPlaybook(seed: number): string[] {
  const random = randomFrom(seed);
  const steps = new Steps(random).list(2);
  return steps.map((step) => `  - ${JSON.stringify(step)}`);
}

type Written = Record<string, unknown>;

class Steps {
  private readonly random: Random;
  private count = 0;

  constructor(random: Random) {
    this.random = random;
  }

  list(depth: number): Written[] {
    return Array.from({ length: this.random.between(1, 3) }, () => this.step(depth));
  }

  private step(depth: number): Written {
    this.count += 1;
    const id = `s${this.count}`;
    const own = { id, on_failure: this.onFailure(id, depth) };
    const kind = this.random.between(0, depth > 0 ? 9 : 5);
    if (kind <= 2) return { ...own, ...act('mark') };
    if (kind === 3) return { ...own, ...act('refuse'), retry: { attempts: 2, wait: '1s' } };
    if (kind === 4) return { id, set: { last: `= "${id}"` } };
    if (kind === 5) return { id, wait: { for: '1s' } };
    if (kind === 6) return { ...own, parallel: [{ steps: this.list(depth - 1) }, { steps: this.list(depth - 1) }] };
    if (kind === 7) return { ...own, for_each: { in: '= ["a", "b", "c"]', at_once: 2, steps: this.list(depth - 1) } };
    const before = `${id}-before`;
    const check = { id: before, ...act(this.random.oneOf(['mark', 'refuse'])), on_failure: 'continue' };
    const choose = [{ when: `= steps["${before}"].result == "done"`, steps: this.list(depth - 1) }];
    return {
      ...own,
      parallel: [
        {
          steps: [check, { id: `${id}-way`, choose: [...choose, { steps: this.list(depth - 1) }], on_failure: 'fail' }],
        },
        { steps: this.list(depth - 1) },
      ],
    };
  }

  private onFailure(id: string, depth: number): unknown {
    const policy = this.random.oneOf(['continue', 'continue', 'fail', 'undo', 'steps'] as const);
    return policy === 'steps' && depth > 0 ? { steps: [{ id: `${id}-instead`, ...act('mark') }] } : noSteps(policy);
  }
}

const noSteps = (policy: string): string => (policy === 'steps' ? 'continue' : policy);

/** Only what may be run again: what a kill cuts short is otherwise put to a person, whose answer is not the playbook's. */
const act = (command: string): Written => ({ action: 'run_command', with: { command }, level: 'auto' });
