// What differs, in words, between what is stored and what the oracles of all cells say. A group of an oracle is one group
// of the store and the other way round, whatever its key is.

import { sql } from 'kysely';
import { incidentWorkflowId } from '../../../src/contract/names.ts';
import type { IncidentState } from '../../../src/core/incident/state.ts';
import { hasEnded, type IncidentStatus } from '../../../src/core/incident/status.ts';
import type { Store } from '../../../src/store/database.ts';
import type { Episode, Place } from '../../store/oracle/model.ts';
import type { Stack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { whyOpen } from '../invariants.ts';
import type { Cell } from './cell.ts';

interface StoredAlert {
  finding: string;
  starts_at: Date;
  status: string;
  suppressed: string | null;
  incident_id: string | null;
  group_id: string | null;
  generation: number | null;
  told: string[] | null;
}

/** What an incident has to know by what its oracle says. */
interface Expected {
  count: number;
  told: number;
  firing: number;
}

const mostShown = 20;

export async function differences({ store, client }: Pick<Stack, 'store' | 'client'>, cells: readonly Cell[]) {
  const stored = Map.groupBy(await storedAlerts(store), ({ finding }) => finding);
  const seen = new Map<string, number>();
  const incidents = new Map<string, Expected>();
  const oneToOne = new OneToOne();
  const found: string[] = [];
  for (const cell of cells) {
    for (const [{ name, tells }, episodes] of cell.model.byFinding) {
      const rows = stored.get(name) ?? [];
      stored.delete(name);
      if (rows.length !== episodes.length) found.push(`${name} began ${episodes.length} times, stored ${rows.length}`);
      for (const [index, episode] of episodes.toSorted((a, b) => a.startsAt - b.startsAt).entries()) {
        const row = rows[index];
        const kind = typeof episode.place === 'string' ? episode.place : 'incident';
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        if (!row || !isSame(episode, row, tells !== 'neither')) found.push(`${shown(episode)}, not ${shownRow(row)}`);
        else if (row.incident_id !== null) {
          found.push(...oneToOne.wrong(`${cell.number} ${keyOf(episode.place)}`, row.incident_id, 'incident'));
          found.push(...oneToOne.wrong(`${cell.number} ${groupOf(episode.place)}`, row.group_id ?? '', 'group'));
          count(incidents, row.incident_id, episode);
        }
      }
    }
  }
  found.push(...[...stored.keys()].map((name) => `${name} is stored and was never sent`));
  found.push(...(await ofIncidents({ store, client }, incidents)));
  return { found: found.slice(0, mostShown), seen, incidentIds: [...incidents.keys()] };
}

/** By name, in the order of their starts. */
async function storedAlerts(store: Store): Promise<StoredAlert[]> {
  const { rows } = await sql<StoredAlert>`
    select substring(a.normalised::text from 'storm\\d+-\\d+') as finding, a.starts_at, a.status, a.suppressed,
      a.incident_id, i.group_id, i.generation, e.told
    from alerts a left join incidents i using (incident_id)
    left join (select alert_id, array_agg(change order by position) as told from alert_events group by alert_id) e
      using (alert_id)
    order by a.starts_at`.execute(store);
  return rows;
}

const isSame = ({ startsAt, firing, place, told }: Episode, row: StoredAlert, hasStart: boolean): boolean =>
  (!hasStart || row.starts_at.getTime() === startsAt) &&
  row.status === (firing ? 'firing' : 'resolved') &&
  (row.told ?? []).join() === told.join() &&
  (typeof place === 'string'
    ? row.incident_id === null && isSuppressedBy(row, place)
    : row.suppressed === null && row.incident_id !== null && row.generation === place.generation);

const isSuppressedBy = ({ suppressed }: StoredAlert, place: string): boolean =>
  place === 'late' ? suppressed === 'superseded' || suppressed === 'stale' : suppressed === place;

const keyOf = (place: Place): string => (typeof place === 'string' ? place : `${place.group} ${place.generation}`);
const groupOf = (place: Place): string => (typeof place === 'string' ? place : place.group);

const shown = ({ finding, startsAt, firing, place, told }: Episode): string =>
  `${finding.name} of ${finding.source} (${finding.kind}, ${finding.severity}) from ${new Date(startsAt).toISOString()} ` +
  `is ${firing ? 'firing' : 'resolved'}, ${keyOf(place)}, told ${told.join()}`;
const shownRow = (row: StoredAlert | undefined): string => JSON.stringify(row ?? 'there at all');

/** Two names for the same things. */
class OneToOne {
  readonly #there = new Map<string, string>();
  readonly #back = new Map<string, string>();

  wrong(expected: string, found: string, what: string): string[] {
    const [there, back] = [`${what} ${expected}`, `${what} ${found}`];
    const [other, meant] = [this.#there.get(there) ?? back, this.#back.get(back) ?? there];
    this.#there.set(there, other);
    this.#back.set(back, meant);
    return other === back && meant === there ? [] : [`${there} is ${back}, and ${other} is ${meant}`];
  }
}

function count(incidents: Map<string, Expected>, id: string, { told, firing }: Episode): void {
  const { count: alerts, told: changes, firing: fire } = incidents.get(id) ?? { count: 0, told: 0, firing: 0 };
  incidents.set(id, { count: alerts + 1, told: changes + told.length, firing: fire + (firing ? 1 : 0) });
}

/** There are no others, and each has heard of each change once: by its workflow while it runs, by its last state after. */
async function ofIncidents(stack: Pick<Stack, 'store' | 'client'>, expected: Map<string, Expected>) {
  const rows = await stack.store
    .selectFrom('incidents')
    .select(['incident_id', 'status', 'state', 'alert_count', 'firing_count', 'last_position'])
    .execute();
  const found = rows.length === expected.size ? [] : [`there are ${rows.length} incidents, not ${expected.size}`];
  for (const { incident_id: id, status, state: last, alert_count, firing_count, last_position } of rows) {
    const { count: alerts, told, firing } = expected.get(id) ?? { count: 0, told: 0, firing: 0 };
    const state = hasEnded(status as IncidentStatus) ? last : await queried(stack, id);
    const isOpen = !hasEnded(status as IncidentStatus);
    const heard = { alerts: state?.alertCount, through: state?.seenThrough, ...(isOpen && { firing: state?.firing }) };
    const due = { alerts, through: told, ...(isOpen && { firing }) };
    if (JSON.stringify(heard) !== JSON.stringify(due)) {
      found.push(`${id} heard of ${JSON.stringify(heard)}, not of ${JSON.stringify(due)}`);
    }
    if (alert_count !== alerts || firing_count !== firing || last_position !== told) {
      found.push(
        `${id} counts ${JSON.stringify({ alert_count, firing_count, last_position })}, not ${JSON.stringify(due)}`,
      );
    }
  }
  return found;
}

/** A task that several dying workers had is in a failed state until the next one has done it. */
const queried = (stack: Pick<Stack, 'store' | 'client'>, id: string): Promise<IncidentState> =>
  until(`${id} to tell its state`, () => stack.client.workflow.getHandle(incidentWorkflowId(id)).query('state'), {
    withinMs: 120_000,
    everyMs: 500,
    hint: () => whyOpen({ stack }, [id]),
  });
