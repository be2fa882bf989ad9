// Where two plans put the same alerts: which are together in an incident, and which are withheld from incidents, by what.

import type { ReplayedAlert } from '../inbox/replay.ts';
import type { WithheldReason } from '../suppression/judge.ts';
import type { Placed, RecordedIncident } from './incidents.ts';

export interface Placement {
  incidents: number;
  /** `released`: of these alerts, those that became incidents later. */
  withheld: { why: WithheldReason; by: string; alerts: number; released: number }[];
}

/** Alerts that belong together under one of the plans at least, and not as they do under the other. */
export interface Regrouping {
  source: string;
  titles: string[];
  startsAt: string;
  alerts: number;
  before: Placement;
  after: Placement;
}

interface Place {
  /** Equal where the alert is with the same others, or withheld by the same. */
  key: string;
  incidentId: string | null;
  replayed: ReplayedAlert | undefined;
}

const mostTitles = 3;

export interface Regrouped {
  regroupings: Regrouping[];
  /** Ids of the incidents before that are not as they were. */
  incidents: Set<string>;
}

export function regrouped(before: Placed, after: Placed): Regrouped {
  const [a, b] = [placesIn(before), placesIn(after)];
  const ids = [...new Set([...before.alerts.keys(), ...after.alerts.keys()])];
  const moved = ids.flatMap((id) => {
    const [from, to] = [a(id), b(id)];
    return from.key === to.key ? [] : [{ id, from, to }];
  });
  const parts = new Parts();
  for (const { from, to } of moved) parts.join(`before ${from.key}`, `after ${to.key}`);
  const together = Map.groupBy(moved, ({ from }) => parts.of(`before ${from.key}`));
  const regroupings = [...together.values()].flatMap((all): Regrouping[] => {
    const alerts = all.flatMap(({ from, to }) => from.replayed?.alert ?? to.replayed?.alert ?? []);
    const [first] = alerts.toSorted((one, other) => (one.startsAt < other.startsAt ? -1 : 1));
    if (!first) return [];
    return [
      {
        source: first.source,
        titles: [...new Set(alerts.map(({ title }) => title))].slice(0, mostTitles),
        startsAt: first.startsAt,
        alerts: all.length,
        before: placementOf(all.map(({ from }) => from)),
        after: placementOf(all.map(({ to }) => to)),
      },
    ];
  });
  return { regroupings, incidents: new Set(moved.flatMap(({ from }) => from.incidentId ?? [])) };
}

export const membersKey = ({ members }: RecordedIncident): string => members.join(' ');

function placesIn({ incidents, alerts }: Placed): (id: string) => Place {
  const keys = new Map(incidents.map((incident) => [incident.opened.incidentId, membersKey(incident)]));
  return (id) => {
    const replayed = alerts.get(id);
    const { incidentId = null, withheld = null } = replayed ?? {};
    const held = withheld ? `${withheld.why} by ${withheld.by}` : '';
    return { key: `${incidentId === null ? '' : keys.get(incidentId)}, ${held}`, incidentId, replayed };
  };
}

function placementOf(places: readonly Place[]): Placement {
  const held = places.flatMap(({ replayed, incidentId }) =>
    replayed?.withheld ? [{ ...replayed.withheld, isReleased: incidentId !== null }] : [],
  );
  const withheld = [...Map.groupBy(held, ({ why, by }) => `${why} ${by}`).values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const { why, by } = first;
    return [{ why, by, alerts: all.length, released: all.filter(({ isReleased }) => isReleased).length }];
  });
  return { incidents: new Set(places.flatMap(({ incidentId }) => incidentId ?? [])).size, withheld };
}

/** Sets that are joined step by step (union-find). */
class Parts {
  readonly #next = new Map<string, string>();

  of(key: string): string {
    let root = key;
    for (let next = this.#next.get(root); next !== undefined; next = this.#next.get(root)) root = next;
    if (root !== key) this.#next.set(key, root);
    return root;
  }

  join(one: string, other: string): void {
    const [from, to] = [this.of(one), this.of(other)];
    if (from !== to) this.#next.set(from, to);
  }
}
