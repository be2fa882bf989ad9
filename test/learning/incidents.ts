// Incidents as inbox and workflows leave them, quickly: alerts through the real inbox, planned by the real planning, ended
// with the entries of the audit log that people's commands leave.

import { storeActivities } from '../../activities/store.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { IncidentEvent, IncidentFact } from '../../src/core/incident/events.ts';
import { reduce } from '../../src/core/incident/reduce.ts';
import { openIncident } from '../../src/core/incident/state.ts';
import type { LoadedPlan } from '../../src/core/plan/response-plan.ts';
import type { Store } from '../../src/store/database.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { readIncident } from '../../src/store/incidents-read.ts';
import { storePlan } from '../../src/store/plans.ts';
import { actions } from '../core/plan/sample.ts';
import { requestOf } from '../support/alerts.ts';

export type Ending = 'false_positive' | 'benign' | 'real' | 'by itself' | 'by rule';

export class Incidents {
  readonly store: Store;
  readonly plan: LoadedPlan;
  readonly #activities: ReturnType<typeof storeActivities>;

  constructor(store: Store, plan: LoadedPlan) {
    this.store = store;
    this.plan = plan;
    this.#activities = storeActivities({ store, plan: () => plan, actions });
  }

  /** Opens and plans it; gives its id. */
  async open(alert: Alert, openedAtMs: number): Promise<string> {
    const [result] = await acceptAlerts(this.store, [requestOf([alert], { receivedAtMs: openedAtMs })]);
    const incidentId = result?.incidents[0] ?? '';
    const opened = await this.#opened(incidentId);
    await storePlan(this.store, this.plan, new Date(openedAtMs).toISOString());
    const plan = await this.#activities.planResponse({ opened, through: 1 });
    await this.#write(incidentId, openedAtMs, [{ type: 'triaged', plan }]);
    return incidentId;
  }

  async say(incidentId: string, atMs: number, actor: string, ...facts: IncidentFact[]): Promise<void> {
    await this.#write(incidentId, atMs, facts, actor);
  }

  async end(incidentId: string, atMs: number, ending: Ending): Promise<void> {
    const isDismissed = ending === 'false_positive' || ending === 'benign' || ending === 'by rule';
    if (isDismissed) {
      const disposition = ending === 'by rule' ? 'false_positive' : ending;
      const actor = ending === 'by rule' ? 'firebreak' : 'key:ana';
      await this.#write(incidentId, atMs, [{ type: 'ended', disposition, reason: '' }], actor);
    } else if (ending === 'real') {
      await this.#write(incidentId, atMs, [{ type: 'recovered', how: 'resolved_by_person' }], 'key:ana');
    }
    const status = isDismissed ? 'dismissed' : 'closed';
    await this.#write(incidentId, atMs, [{ type: 'status_changed', status, reason: ending }], 'firebreak', true);
  }

  async reopen(incidentId: string, atMs: number): Promise<void> {
    await this.#write(incidentId, atMs, [{ type: 'reopened', reason: 'not over' }], 'key:ana');
  }

  async #opened(incidentId: string) {
    const row = await readIncident(this.store, incidentId);
    if (!row) throw new Error(`No incident ${incidentId}`);
    const { severity, title, impact_started_at, opened_at } = row;
    const times = { impactStartedAt: impact_started_at.toISOString(), detectedAt: opened_at.toISOString() };
    return { incidentId, severity, title, ...times };
  }

  async #write(
    incidentId: string,
    atMs: number,
    facts: IncidentFact[],
    actor = 'firebreak',
    isEnd = false,
  ): Promise<void> {
    const row = await readIncident(this.store, incidentId);
    const before = row?.state ?? openIncident(await this.#opened(incidentId));
    const events = facts.map((fact): IncidentEvent => ({ ...fact, at: new Date(atMs).toISOString(), actor }));
    const state = events.reduce(reduce, { ...before, seenThrough: row?.last_position ?? 0 });
    const version = String(state.nextEvent).padStart(6, '0');
    const input = { state, events, firstEvent: before.nextEvent, version };
    if (isEnd) await this.#activities.endIncident(input);
    else await this.#activities.journal(input);
  }
}
