// Describes an incident from the store as it would have been described when it was triaged: by the plan that it pinned and
// by its alerts. For incidents that were triaged before anything was learnt, or by another version.

import { type Case, caseOf } from '../core/learning/experience.ts';
import { responsePlan } from '../core/plan/response-plan.ts';
import { triage } from '../core/triage/triage.ts';
import type { Store } from '../store/database.ts';
import { readIncident } from '../store/incidents-read.ts';
import { readStoredPlan } from '../store/plans.ts';
import { readTriageFacts } from '../store/triage-facts.ts';

/** Undefined when it was never triaged, or its plan cannot be read any more. */
export async function describeFromStore(store: Store, incidentId: string): Promise<Case | undefined> {
  const incident = await readIncident(store, incidentId);
  const stored = incident?.plan_digest && (await readStoredPlan(store, incident.plan_digest));
  const plan = stored ? responsePlan.safeParse(stored.plan).data : undefined;
  if (!incident || !plan) return undefined;
  // Which other incidents were open then does not matter: only merging looks at them.
  const facts = await readTriageFacts(store, incidentId, { correlatesWithinMs: null });
  const opened = {
    ...{ incidentId, severity: incident.severity, title: incident.title },
    impactStartedAt: incident.impact_started_at.toISOString(),
    detectedAt: incident.opened_at.toISOString(),
  };
  const asked = { ...facts, opened };
  return caseOf(asked, triage(plan, asked));
}
