// What was learnt, for the planning of one incident. Keeps the weights of the model that it read last: they change only
// when people have ended incidents.

import { caseOf, taught } from '../core/learning/experience.ts';
import { numbersOf } from '../core/learning/model.ts';
import type { ResponsePlan } from '../core/plan/response-plan.ts';
import type { IncidentFacts } from '../core/triage/facts.ts';
import { type Triage, triage } from '../core/triage/triage.ts';
import type { Store } from '../store/database.ts';
import { recordCase } from '../store/learning.ts';
import { readExperience } from '../store/learning-read.ts';

export class Learning {
  readonly #store: Store;
  #known: { digest: string; weights: Float32Array } | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Triage as the plan and what was learnt decide it; remembers the incident, to learn from it once it has ended. */
  async triage(plan: ResponsePlan, facts: IncidentFacts): Promise<Triage> {
    const alone = triage(plan, facts);
    const described = caseOf(facts, alone);
    const { digest, weights, falseAlarms, real, evidence, history } = await readExperience(
      this.#store,
      described.kind.key,
      this.#known?.digest ?? null,
    );
    if (digest !== null && weights) {
      const read = numbersOf(weights);
      this.#known = read && { digest, weights: read };
    }
    const known = this.#known?.digest === digest ? this.#known : undefined;
    const { incidentId } = facts.opened;
    // Nothing was learnt, or by another version: then nothing is said.
    if (!known) {
      await recordCase(this.#store, incidentId, described, { judgement: undefined, model: null });
      return alone;
    }
    const model = { weights: known.weights, falseAlarms, real };
    const { triaged, judgement } = taught(plan, facts, alone, { model, digest: known.digest, evidence, history });
    await recordCase(this.#store, incidentId, described, { judgement, model: known.digest });
    return triaged;
  }
}
