// Incidents that may be like another one: candidates for core to compare, a bounded number of each kind of likeness.

import { sql } from 'kysely';
import type { Entity } from '../core/alert.ts';
import type { IncidentState } from '../core/incident/state.ts';
import {
  type Candidate,
  type Likeness,
  mostAlike,
  type SimilarIncident,
  whatWorked,
} from '../core/learning/similar.ts';
import type { Store } from './database.ts';
import { entitiesOf } from './triage-facts.ts';

/** With what worked in it. */
export type SimilarIncidentRow = SimilarIncident & { worked: string[] };

const ofEntity = 20;
const ofGroup = 20;
const ofKind = 50;
const ofService = 50;

/** Earlier ones, the most alike first; drills and merged ones are none. */
export async function readSimilar(store: Store, incidentId: string): Promise<SimilarIncidentRow[]> {
  const [of, candidates] = await Promise.all([readLikeness(store, incidentId), readCandidates(store, incidentId)]);
  if (!of) return [];
  const similar = mostAlike(of, candidates);
  const states = await readStates(
    store,
    similar.map(({ id }) => id),
  );
  return similar.map((one) => {
    const state = states.get(one.id);
    return { ...one, worked: state ? whatWorked(state) : [] };
  });
}

async function readLikeness(store: Store, incidentId: string): Promise<Likeness | undefined> {
  const row = await store
    .selectFrom('incidents as i')
    .leftJoin('learning_cases as c', 'c.incident_id', 'i.incident_id')
    .select(['i.group_id', 'i.service', 'c.rule', 'c.kind_key'])
    .where('i.incident_id', '=', incidentId)
    .executeTakeFirst();
  return row && { groupId: row.group_id, service: row.service, rule: row.rule, kindKey: row.kind_key };
}

interface CandidateRow extends Omit<Candidate, 'openedAt' | 'shared'> {
  openedAt: Date;
  shared: Entity[] | null;
}

async function readCandidates(store: Store, incidentId: string): Promise<Candidate[]> {
  const { rows } = await sql<CandidateRow>`
    with me as (
      select i.incident_id, i.group_id, i.service, i.opened_at, c.kind_key from incidents i
      left join learning_cases c on c.incident_id = i.incident_id where i.incident_id = ${incidentId}
    ), mine as (${entitiesOf(incidentId)}), shared as (
      select o.incident_id, json_agg(json_build_object('kind', m.kind, 'value', m.value) order by m.kind, m.value) as shared
      from mine m, me cross join lateral (
        select e.incident_id from incident_entities e
        where e.kind = m.kind and e.value = m.value and e.opened_at < me.opened_at
        order by e.opened_at desc limit ${ofEntity}) o
      group by o.incident_id
    ), found as (
      select incident_id from shared
      union select g.incident_id from me cross join lateral (
        select incident_id from incidents i where i.group_id = me.group_id
        order by generation desc limit ${ofGroup}) g
      union select k.incident_id from me cross join lateral (
        select incident_id from learning_cases c where c.kind_key = me.kind_key and c.opened_at < me.opened_at
        order by c.opened_at desc limit ${ofKind}) k
      union select s.incident_id from me cross join lateral (
        select incident_id from incidents i where i.service = me.service and i.opened_at < me.opened_at
        order by i.opened_at desc limit ${ofService}) s
    )
    select i.incident_id as id, i.title, i.opened_at as "openedAt", i.status, i.disposition, i.playbook, i.service,
      i.group_id as "groupId", c.rule, c.kind_key as "kindKey", s.shared
    from found f join incidents i on i.incident_id = f.incident_id
    cross join me
    left join learning_cases c on c.incident_id = i.incident_id
    left join shared s on s.incident_id = i.incident_id
    where i.incident_id <> ${incidentId} and i.opened_at <= me.opened_at and not i.drill and i.status <> 'merged'`.execute(
    store,
  );
  return rows.map((row) => ({ ...row, openedAt: row.openedAt.toISOString(), shared: row.shared ?? [] }));
}

async function readStates(store: Store, incidentIds: string[]): Promise<Map<string, IncidentState | null>> {
  if (incidentIds.length === 0) return new Map();
  const rows = await store
    .selectFrom('incidents')
    .select(['incident_id', 'state'])
    .where('incident_id', 'in', incidentIds)
    .execute();
  return new Map(rows.map(({ incident_id, state }) => [incident_id, state]));
}
