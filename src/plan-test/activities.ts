// One set of activities for a worker that runs many incidents: each call goes to the world of its incident.

import type { ContainmentActivities, NotifyActivities, StoreActivities } from '../contract/activities.ts';
import type { MemoryStore } from './memory-store.ts';

export interface World extends ContainmentActivities, NotifyActivities {
  readonly store: MemoryStore;
}

/** @param worlds by incident id; may grow while the worker runs */
export function activitiesFor(
  worlds: ReadonlyMap<string, World>,
): StoreActivities & ContainmentActivities & NotifyActivities {
  const of = (incidentId: string): World => {
    const world = worlds.get(incidentId);
    if (!world) throw new Error(`There is no world for incident ${incidentId}`);
    return world;
  };
  const withApproval = (approvalId: string): World => {
    const world = [...worlds.values()].find(({ store }) => store.approvals.has(approvalId));
    if (!world) throw new Error(`There is no world for approval ${approvalId}`);
    return world;
  };
  const holding = (containmentId: string): World | undefined =>
    [...worlds.values()].find(({ store }) => store.containments.some((one) => one.containmentId === containmentId));
  return {
    planResponse: (input) => of(input.opened.incidentId).store.planResponse(input),
    planStep: (input) => of(input.incidentId).store.planStep(input),
    computeValues: (input) => of(input.incidentId).store.computeValues(input),
    journal: (input) => of(input.state.incidentId).store.journal(input),
    requestApproval: (request) => of(request.subject.incidentId).store.requestApproval(request),
    settleApproval: (input) => withApproval(input.approvalId).store.settleApproval(input),
    endIncident: (input) => of(input.state.incidentId).store.endIncident(input),
    mergeIncident: (input) => of(input.state.incidentId).store.mergeIncident(input),
    recordContainment: (record) => of(record.incidentId).store.recordContainment(record),
    async readContainment(input) {
      const world = holding(input.containmentId);
      return world
        ? world.store.readContainment(input)
        : { undone: { state: 'undone', detail: 'It was never applied' } };
    },
    applyAction: (input) => of(input.incidentId).applyAction(input),
    undoAction: (input) => of(input.incidentId).undoAction(input),
    extendAction: (input) => of(input.incidentId).extendAction(input),
    notify: (sent) => of(sent.notice.incidentId).notify(sent),
  };
}
