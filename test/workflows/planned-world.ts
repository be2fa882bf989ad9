// A world whose response is planned from steps as they are written, by the planner itself.

import type { Alert } from '../../src/core/alert.ts';
import type { FlowNode } from '../../src/core/incident/flow.ts';
import { planResponse } from '../../src/core/playbook/plan-steps.ts';
import type { ComputedValues, Reached, ReachedStep } from '../../src/core/playbook/reached.ts';
import { computeReached, planReachedStep } from '../../src/core/playbook/reached.ts';
import { actions, alertWith, factsWith, planInput, planWith } from '../core/plan/sample.ts';
import { World } from './world.ts';

const everythingLive = Object.fromEntries([...actions.keys()].map((name) => [name, true]));
const terms = { quorum: 1, roles: ['responder'], expires_after: '4h' };

export class PlannedWorld extends World {
  alerts: Alert[] = [alertWith()];
  readonly #plan;

  constructor(contain: readonly unknown[], modules: readonly unknown[] = []) {
    super();
    this.#plan = planWith({
      playbooks: [{ name: 'unknown', title: 'New', contain }],
      modules,
      rules: { ...planInput.rules, rules: [] },
      approvals: { rules: [], default: { highest_level: 'auto', ...terms } },
    } as object);
    const facts = factsWith(this.alerts);
    this.plan = planResponse({ plan: this.#plan, facts, actions, capabilities: everythingLive });
  }

  override async planStep(input: ReachedStep): Promise<FlowNode> {
    const at = new Date().toISOString();
    return planReachedStep(input, { ...this.#facts(), actions, capabilities: everythingLive, at });
  }

  override async computeValues(input?: Reached & { written: Record<string, string> }): Promise<ComputedValues> {
    return input ? computeReached(input, this.#facts()) : { ok: false, code: 'nothing', reason: 'nothing asked' };
  }

  #facts() {
    return { plan: this.#plan.plan, alerts: this.alerts, drill: false, earlier: [] };
  }

  /** Ids of the steps that were applied, in order. */
  get done(): string[] {
    return this.applied.map(({ step, attempt }) => (attempt > 1 ? `${step.id}/${attempt}` : step.id));
  }
}
