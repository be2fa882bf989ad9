// Local activities on our own Postgres. Each reads or writes the store and asks core; none decides anything itself.

import { requestApproval, settleApproval } from '../src/approvals/lifecycle.ts';
import type { StoreActivities } from '../src/contract/activities.ts';
import type { LoadedPlan } from '../src/core/plan/response-plan.ts';
import type { ActionRegistry, Capabilities } from '../src/core/playbook/action-view.ts';
import { planResponse } from '../src/core/playbook/plan-steps.ts';
import { computeReached, planReachedStep, type Reached } from '../src/core/playbook/reached.ts';
import type { IncidentFacts } from '../src/core/triage/facts.ts';
import { correlatesWithinMs } from '../src/core/triage/triage.ts';
import { atSite } from '../src/fault-sites.ts';
import { Learning } from '../src/learning/experience.ts';
import { readCapabilities } from '../src/store/capabilities.ts';
import { readUndone, recordContainment } from '../src/store/containments.ts';
import type { Store } from '../src/store/database.ts';
import { endIncident } from '../src/store/end-incident.ts';
import { writeJournal } from '../src/store/journal.ts';
import { markEnded } from '../src/store/learning.ts';
import { mergeIncidents } from '../src/store/merge-incidents.ts';
import { saveReport } from '../src/store/reports.ts';
import { readReachedFacts, readTriageFacts } from '../src/store/triage-facts.ts';
import { PinnedPlans } from './pinned-plans.ts';

export interface StoreActivityDeps {
  store: Store;
  /** The plan as it is now; incidents that run already keep what was decided for them. */
  plan: () => LoadedPlan;
  actions: ActionRegistry;
}

const planGone = { code: 'plan_gone', reason: 'The plan that the incident pinned is not there any more' };

export function storeActivities({ store, plan, actions }: StoreActivityDeps): StoreActivities {
  const plans = new PinnedPlans(store, plan);
  const learning = new Learning(store);
  const reachedFacts = async ({ incidentId, planDigest }: Reached, stepId: string | null) => {
    const [pinned, facts] = await Promise.all([plans.read(planDigest), readReachedFacts(store, incidentId, stepId)]);
    return pinned && { ...facts, plan: pinned };
  };
  const planNow = async (loaded: LoadedPlan, facts: IncidentFacts, capabilities: Capabilities) => {
    const triaged = await learning.triage(loaded.plan, facts);
    return planResponse({ plan: loaded, facts, actions, capabilities, triaged });
  };
  return {
    async planResponse({ opened }) {
      // One plan for all of it, whatever is loaded meanwhile.
      const loaded = plan();
      const [{ decided, ...facts }, capabilities] = await Promise.all([
        readTriageFacts(store, opened.incidentId, { correlatesWithinMs: correlatesWithinMs(loaded.plan) }),
        readCapabilities(store),
      ]);
      // Decided by an execution that died before Temporal knew: people may have acted on it, and a merge moved the alerts.
      const planned = decided ?? (await planNow(loaded, { ...facts, opened }, capabilities));
      await atSite('activity.after-plan');
      return planned;
    },

    async planStep(input) {
      const { node } = input;
      const [facts, capabilities] = await Promise.all([reachedFacts(input, node.id), readCapabilities(store)]);
      if (!facts) return { ...node, skip: planGone };
      return facts.decided ?? planReachedStep(input, { ...facts, actions, capabilities, at: new Date().toISOString() });
    },

    async computeValues(input) {
      const facts = await reachedFacts(input, null);
      return facts ? computeReached(input, facts) : { ok: false, ...planGone };
    },

    async journal(input) {
      await atSite('activity.before-journal');
      const ahead = await writeJournal(store, input);
      await atSite('activity.after-journal');
      return ahead;
    },

    async requestApproval(request) {
      const requested = await requestApproval(store, request);
      await atSite('activity.after-approval-request');
      return requested;
    },

    async settleApproval(input) {
      const standing = await settleApproval(store, input);
      await atSite('activity.after-approval-settled');
      return standing;
    },

    async endIncident(input) {
      await atSite('activity.before-end');
      const ended = await endIncident(store, input, async (trx) => {
        await saveReport(trx, input);
        await markEnded(trx, input.state.incidentId);
      });
      await atSite('activity.after-end');
      return ended;
    },

    async mergeIncident(input) {
      const result = await mergeIncidents(store, input);
      await atSite('activity.after-merge');
      return result;
    },

    async recordContainment(record) {
      await recordContainment(store, record);
      await atSite('activity.after-containment-record');
    },

    readContainment: async ({ containmentId }) => ({ undone: await readUndone(store, containmentId) }),
  };
}
