// The plans that running incidents pinned: what their steps say is read from the plan as it was.

import { type LoadedPlan, type ResponsePlan, responsePlan } from '../src/core/plan/response-plan.ts';
import type { Store } from '../src/store/database.ts';
import { readStoredPlan } from '../src/store/plans.ts';

/** Incidents that run at a time pin few plans. */
const mostKept = 20;

export class PinnedPlans {
  private readonly store: Store;
  private readonly current: () => LoadedPlan;
  private readonly known = new Map<string, ResponsePlan>();

  constructor(store: Store, current: () => LoadedPlan) {
    this.store = store;
    this.current = current;
  }

  /** Undefined when it is not there, or this version of Firebreak cannot read it. */
  async read(digest: string): Promise<ResponsePlan | undefined> {
    const current = this.current();
    if (current.digest === digest) return current.plan;
    const known = this.known.get(digest) ?? (await this.stored(digest));
    if (this.known.size >= mostKept) this.known.clear();
    if (known) this.known.set(digest, known);
    return known;
  }

  private async stored(digest: string): Promise<ResponsePlan | undefined> {
    const row = await readStoredPlan(this.store, digest);
    return row && responsePlan.safeParse(row.plan).data;
  }
}
