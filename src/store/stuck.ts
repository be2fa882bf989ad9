// Workflows that stand still, as Temporal reported them last: what people are shown, and what was new about it.

import { sql } from 'kysely';
import { containmentWorkflowId, incidentWorkflowId } from '../contract/names.ts';
import type { StuckProblem } from '../core/incident/stuck.ts';
import type { Store } from './database.ts';

export interface StuckWorkflow {
  workflowId: string;
  problem: StuckProblem;
  /** As Temporal names it. */
  cause: string;
}

/** Asked in this direction, the tables' own indexes answer it. */
const idAfter = (prefix: string) =>
  sql`case when starts_with(r.id, ${prefix}) then substr(r.id, ${sql.lit(prefix.length + 1)}) end`;

/**
 * Replaces what was reported before; those that were not stuck then. Whoever looks at their incidents is told. A workflow
 * that belongs to no incident of this store is passed over.
 */
export async function recordStuck(store: Store, stuck: readonly StuckWorkflow[], at: string): Promise<StuckWorkflow[]> {
  const reported = JSON.stringify(stuck.map(({ workflowId, problem, cause }) => ({ id: workflowId, problem, cause })));
  const { rows } = await sql<StuckWorkflow & { isNew: boolean }>`
    with reported as materialized (
      select r.id, coalesce(i.incident_id, c.incident_id) as incident_id, r.problem, r.cause
      from json_to_recordset(${reported}::json) as r (id text, problem text, cause text)
      left join incidents i on i.incident_id = ${idAfter(incidentWorkflowId(''))}
      left join containments c on c.containment_id = ${idAfter(containmentWorkflowId(''))}
      where coalesce(i.incident_id, c.incident_id) is not null
    ), over as (
      delete from stuck_workflows s where not exists (select from reported r where r.id = s.workflow_id)
      returning s.incident_id
    ), recorded as (
      insert into stuck_workflows as s (workflow_id, incident_id, problem, cause, since)
      select r.id, r.incident_id, r.problem, r.cause, ${at} from reported r
      on conflict (workflow_id) do update set problem = excluded.problem, cause = excluded.cause
        where (s.problem, s.cause) is distinct from (excluded.problem, excluded.cause)
      returning s.workflow_id, s.incident_id, s.problem, s.cause, s.since = ${at} as is_new
    ), told as materialized (
      select pg_notify('firebreak_incidents', incident_id) from (select incident_id from over union select incident_id from recorded) c
    )
    select workflow_id as "workflowId", problem, cause, is_new as "isNew" from recorded, (select count(*) from told) t
  `.execute(store);
  return rows.filter(({ isNew }) => isNew).map(({ workflowId, problem, cause }) => ({ workflowId, problem, cause }));
}
