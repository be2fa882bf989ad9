// Which incident an alert belongs to, and what the batch changes of each: the incident of its group while that is open,
// else the group's next one.

import type { Alert } from '../alert.ts';
import { incidentIdOf } from '../ids.ts';
import { hasEnded } from '../incident/status.ts';
import { type Severity, worstSeverity } from '../severity.ts';
import { sourceOfGroup } from '../suppression/grouping.ts';
import { groupsOf, type KnownGroup, type KnownIncident } from './known.ts';

/** One change of one alert, as the incident's workflow will be told. Positions are gapless within the incident. */
export interface InboxEvent {
  incidentId: string;
  position: number;
  alertId: string;
  change: 'fired' | 'resolved';
  firingAfter: number;
  /** The alert whose arrival changed it. */
  alert: Alert;
  atMs: number;
}

export interface OpenedByInbox {
  source: string;
  groupId: string;
  generation: number;
  title: string;
  service: string | null;
  hints: Severity[];
  impactStartedAtMs: number;
  openedAtMs: number;
}

export interface Incident extends KnownIncident {
  opened?: OpenedByInbox;
  addedAlerts: number;
  repeats: number;
  isChanged: boolean;
  changedAtMs: number;
}

export interface Group extends KnownGroup {
  source: string;
  groupKey: string;
}

const mostMerges = 100;

export class Incidents {
  readonly #incidents = new Map<string, Incident>();
  readonly #groups = new Map<string, KnownGroup>();
  readonly #changedGroups = new Map<string, Group>();
  readonly #events: InboxEvent[] = [];
  readonly #groupOf = groupsOf();

  constructor(groups: readonly KnownGroup[], incidents: readonly KnownIncident[]) {
    for (const group of groups) this.#groups.set(group.groupId, group);
    for (const incident of incidents) {
      this.#incidents.set(incident.incidentId, {
        ...incident,
        addedAlerts: 0,
        repeats: 0,
        isChanged: false,
        changedAtMs: 0,
      });
    }
  }

  all(): Incident[] {
    return [...this.#incidents.values()];
  }

  changedGroups(): Group[] {
    return [...this.#changedGroups.values()];
  }

  events(): InboxEvent[] {
    return this.#events;
  }

  /** The incident itself, or the one that it was merged into in the end. */
  current(incidentId: string): Incident | undefined {
    let incident = this.#incidents.get(incidentId);
    for (let step = 0; incident?.mergedInto && step < mostMerges; step += 1) {
      incident = this.#incidents.get(incident.mergedInto);
    }
    return incident;
  }

  groupOf(alert: Alert): string {
    return this.#groupOf(alert);
  }

  hasOpen(groupId: string): boolean {
    const incidentId = this.#groups.get(groupId)?.incidentId ?? null;
    const current = incidentId === null ? undefined : this.current(incidentId);
    return current !== undefined && !hasEnded(current.status);
  }

  /** Where a new alert belongs; opens the group's next incident when there is none that is open. */
  openFor(alert: Alert, startsAtMs: number, atMs: number): Incident {
    const groupId = this.#groupOf(alert);
    const group = this.#groups.get(groupId) ?? { groupId, generation: 0, incidentId: null };
    const current = group.incidentId === null ? undefined : this.current(group.incidentId);
    const incident = current && !hasEnded(current.status) ? current : this.#open(alert, group, startsAtMs, atMs);
    if (incident.opened) {
      if (alert.severityHint) incident.opened.hints.push(alert.severityHint);
      incident.opened.impactStartedAtMs = Math.min(incident.opened.impactStartedAtMs, startsAtMs);
    }
    incident.addedAlerts += 1;
    return incident;
  }

  /** Counts the change, and puts it among what the workflow is told. */
  change(incident: Incident, alertId: string, change: 'fired' | 'resolved', alert: Alert, atMs: number): void {
    incident.firingCount += change === 'fired' ? 1 : -1;
    incident.isChanged = true;
    incident.changedAtMs = Math.max(incident.changedAtMs, atMs);
    // Nobody is there to be told: its workflow has ended. Reopening starts from the counts.
    if (hasEnded(incident.status)) return;
    incident.lastPosition += 1;
    const { incidentId, lastPosition: position, firingCount: firingAfter } = incident;
    this.#events.push({ incidentId, position, alertId, change, firingAfter, alert, atMs });
  }

  #open(alert: Alert, group: KnownGroup, startsAtMs: number, atMs: number): Incident {
    const { groupId } = group;
    const generation = group.generation + 1;
    const incidentId = incidentIdOf(groupId, generation);
    const service = alert.entities.find((entity) => entity.kind === 'service')?.value ?? null;
    const incident: Incident = {
      ...{ incidentId, status: 'triage', mergedInto: null, closedAtMs: null, firingCount: 0, lastPosition: 0 },
      opened: {
        source: alert.source,
        groupId,
        generation,
        title: alert.title,
        service,
        hints: [],
        impactStartedAtMs: startsAtMs,
        openedAtMs: atMs,
      },
      ...{ addedAlerts: 0, repeats: 0, isChanged: true, changedAtMs: atMs },
    };
    this.#incidents.set(incidentId, incident);
    const next = { groupId, generation, incidentId };
    this.#groups.set(groupId, next);
    this.#changedGroups.set(groupId, { ...next, source: sourceOfGroup(alert), groupKey: alert.groupKey });
    return incident;
  }
}

export const severityOf = (opened: OpenedByInbox): Severity => worstSeverity(opened.hints);
