// What the inbox knows, kept in memory as the store keeps it in tables: for replaying what is on record.

import type { Alert } from '../alert.ts';
import type { Inhibitor } from '../suppression/inhibition.ts';
import type { Withheld } from '../suppression/judge.ts';
import type { InboxDecision } from './decide.ts';
import type { Episode } from './episodes.ts';
import type { InboxKnowledge, KnownEpisode, KnownGroup, KnownIncident } from './known.ts';

/** One alert of a batch, and under what it is looked up. */
export interface Asked {
  alert: Alert;
  id: string;
  groupId: string;
  inhibitedUnder: readonly string[];
}

interface Held {
  alert: Alert;
  withheld: Withheld;
  groupId: string;
}

/** So long after the last of its alerts an incident takes in further ones: how long people keep it open is not known. */
const openForMs = 3_600_000;
/** More are not asked for by any rule. */
const mostStarts = 50;

export class Memory {
  readonly #groupOf: (alert: Alert) => string;
  readonly #alerts = new Map<string, Alert>();
  readonly #episodes = new Map<string, KnownEpisode>();
  readonly #ofFinding = new Map<string, string[]>();
  readonly #groups = new Map<string, KnownGroup>();
  readonly #incidents = new Map<string, KnownIncident & { changedAtMs: number }>();
  readonly #inhibitors = new Map<string, Inhibitor[]>();
  readonly #held = new Map<string, Held>();
  /** By group and alert: since when it waits for others. One that is over still counts. */
  readonly #waiting = new Map<string, Map<string, number>>();

  constructor(groupOf: (alert: Alert) => string) {
    this.#groupOf = groupOf;
  }

  /** Of these alerts that are stored, those that fire and are withheld. */
  withheldAmong(ids: readonly string[]): Alert[] {
    return ids.flatMap((id) => this.#held.get(id)?.alert ?? []);
  }

  knowledge(asked: readonly Asked[], atMs: number): Omit<InboxKnowledge, 'silences'> {
    const episodes = asked.flatMap(({ alert, id }) => [...this.#latestOf(alert), ...this.#known(id)]);
    const groupIds = new Set(asked.map(({ groupId }) => groupId));
    const groups = [...groupIds].flatMap((id) => this.#groups.get(id) ?? []);
    const incidentIds = new Set([...groups, ...episodes].flatMap(({ incidentId }) => incidentId ?? []));
    const keys = new Set(asked.flatMap(({ inhibitedUnder }) => inhibitedUnder));
    return {
      episodes,
      groups,
      incidents: [...incidentIds].flatMap((id) => this.#incident(id, atMs)),
      deliveries: new Set(),
      inhibitors: [...keys].flatMap((key) => this.#inhibitors.get(key) ?? []),
      waiting: [...groupIds].flatMap((groupId) =>
        [...(this.#waiting.get(groupId)?.values() ?? [])].map((sinceMs) => ({ groupId, sinceMs })),
      ),
    };
  }

  /** Returns the withheld alerts that are to be judged again: what withheld them ended, or their group has an incident. */
  remember({ episodes, groups, incidents, inhibitors }: InboxDecision): string[] {
    for (const episode of episodes) this.#keep(episode);
    for (const group of groups) this.#groups.set(group.groupId, group);
    for (const { incidentId, status, mergedInto, closedAtMs, firingCount, lastPosition, changedAtMs } of incidents) {
      const known = { incidentId, status, mergedInto, closedAtMs, firingCount, lastPosition };
      // What was only repeated says nothing of when it changed.
      const before = this.#incidents.get(incidentId)?.changedAtMs ?? 0;
      this.#incidents.set(incidentId, { ...known, changedAtMs: Math.max(before, changedAtMs) });
    }
    for (const { key, alertId, isTarget } of inhibitors) {
      const startsAtMs = this.#episodes.get(alertId)?.startsAtMs ?? 0;
      const title = this.#alerts.get(alertId)?.title ?? '';
      this.#inhibitors.set(key, [...(this.#inhibitors.get(key) ?? []), { key, alertId, isTarget, startsAtMs, title }]);
    }
    const over = new Set(episodes.filter(({ status }) => status === 'resolved').map(({ alertId }) => alertId));
    if (over.size > 0) this.#forgetInhibitors(over);
    const opened = new Set(groups.map(({ groupId }) => groupId));
    return [...this.#held].flatMap(([id, { withheld, groupId }]) =>
      over.has(withheld.alertId ?? '') || opened.has(groupId) ? [id] : [],
    );
  }

  #keep(episode: Episode): void {
    const { alertId, source, fingerprint, startsAtMs, endsAtMs, status, incidentId, withheld, added } = episode;
    if (added) this.#alerts.set(alertId, added.alert);
    if (!this.#episodes.has(alertId)) {
      const finding = findingOf(episode);
      this.#ofFinding.set(finding, [...(this.#ofFinding.get(finding) ?? []), alertId]);
    }
    this.#wait(alertId, withheld, this.#episodes.get(alertId)?.withheld);
    this.#episodes.set(alertId, {
      ...{ alertId, source, fingerprint, startsAtMs, endsAtMs, status, incidentId, withheld },
      recentStartsMs: null,
    });
    const alert = this.#alerts.get(alertId);
    if (status === 'firing' && withheld && alert)
      this.#held.set(alertId, { alert, withheld, groupId: this.#groupOf(alert) });
    else this.#held.delete(alertId);
  }

  #wait(alertId: string, withheld: Withheld | null, before: Withheld | null | undefined): void {
    const { groupId, since, why } = withheld ?? {};
    if (why === 'below_threshold' && groupId !== undefined && since !== undefined) {
      const same = this.#waiting.get(groupId) ?? new Map<string, number>();
      this.#waiting.set(groupId, same.set(alertId, Date.parse(since)));
      return;
    }
    if (before?.groupId !== undefined) this.#waiting.get(before.groupId)?.delete(alertId);
  }

  #incident(id: string, atMs: number): KnownIncident[] {
    const known = this.#incidents.get(id);
    if (!known) return [];
    const { changedAtMs, ...incident } = known;
    const isOver = incident.firingCount === 0 && atMs - changedAtMs >= openForMs;
    return [isOver ? { ...incident, status: 'closed', closedAtMs: changedAtMs + openForMs } : incident];
  }

  #known = (id: string): KnownEpisode[] => {
    const known = this.#episodes.get(id);
    return known ? [known] : [];
  };

  /** With the beginnings of those before it, for rules about flapping. */
  #latestOf(alert: Alert): KnownEpisode[] {
    const all = (this.#ofFinding.get(findingOf(alert)) ?? []).flatMap(this.#known);
    const starts = all.map(({ startsAtMs }) => startsAtMs).sort((a, b) => a - b);
    const latest = all.find(({ startsAtMs }) => startsAtMs === starts.at(-1));
    return latest ? [{ ...latest, recentStartsMs: starts.slice(-mostStarts) }] : [];
  }

  #forgetInhibitors(over: ReadonlySet<string>): void {
    for (const [key, all] of this.#inhibitors) {
      const left = all.filter(({ alertId }) => !over.has(alertId));
      if (left.length === all.length) continue;
      if (left.length === 0) this.#inhibitors.delete(key);
      else this.#inhibitors.set(key, left);
    }
  }
}

const findingOf = ({ source, fingerprint }: { source: string; fingerprint: string }): string =>
  `${source} ${fingerprint}`;
