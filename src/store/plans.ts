// Response plans by digest, which process runs which, and requests to read the folder again. Nothing here decides whether
// a plan is good; what is stored was.

import { sql } from 'kysely';
import { canonicalJson, type Json, sha256Hex } from '../core/canonical.ts';
import type { LoadedPlan } from '../core/plan/response-plan.ts';
import { appendAudit, type NewAuditEntry } from './audit.ts';
import type { Store } from './database.ts';

export interface PlanHolderRow {
  /** `<role>@<host>`, such as `gateway@web-1`. */
  process: string;
  digest: string;
  loadedAt: string;
  loadedBy: string;
  /** The newest attempt to load another plan, when that was refused. */
  refused: { at: string; by: string; problems: string[]; count: number } | null;
}

/** A process that was not seen for this long has ended. */
const seenWithinMs = 5 * 60_000;

/** Storing a plan again changes nothing. `at` is ISO-8601. */
export async function storePlan(store: Store, { plan, digest }: LoadedPlan, at: string): Promise<void> {
  const known = await store.selectFrom('plans').select('digest').where('digest', '=', digest).executeTakeFirst();
  if (known) return;
  await store
    .insertInto('plans')
    .values({ digest, content: JSON.stringify(plan), loaded_at: at })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
}

/**
 * The content of the plan of this digest with the time at which it was first loaded; undefined when none was. As the
 * version of Firebreak that stored it wrote it: parse it before you run by it.
 * @throws when what is stored does not have the digest under which it is stored
 */
export async function readStoredPlan(
  store: Store,
  digest: string,
): Promise<{ digest: string; plan: Json; loadedAt: string } | undefined> {
  const row = await store.selectFrom('plans').selectAll().where('digest', '=', digest).executeTakeFirst();
  if (!row) return undefined;
  const found = sha256Hex(canonicalJson(row.content));
  if (found !== digest) throw new Error(`The stored plan ${digest} was changed: what is stored has digest ${found}`);
  return { plan: row.content, digest, loadedAt: row.loaded_at.toISOString() };
}

/**
 * Of the playbook of an incident, as it was in the plan that decided it. Null while it is not triaged, when the playbook
 * has none, or the plan is not there.
 */
export async function readRunbook(store: Store, incidentId: string): Promise<string | null> {
  const { rows } = await sql<{ runbook: string | null }>`
    select written ->> 'runbook' as runbook
    from incidents i join plans p on p.digest = i.plan_digest
    cross join jsonb_array_elements(p.content -> 'playbooks') as written
    where i.incident_id = ${incidentId} and written ->> 'name' = i.playbook`.execute(store);
  return rows[0]?.runbook ?? null;
}

/** Undefined when this process is new. */
export async function readPlanHolder(store: Store, process: string): Promise<PlanHolderRow | undefined> {
  const row = await store.selectFrom('plan_holders').selectAll().where('process', '=', process).executeTakeFirst();
  return row && toHolder(row);
}

/** Those that are running, by name. `now` is ISO-8601. */
export async function listPlanHolders(store: Store, now: string): Promise<PlanHolderRow[]> {
  const rows = await store
    .selectFrom('plan_holders')
    .selectAll()
    .where('seen_at', '>', new Date(Date.parse(now) - seenWithinMs))
    .orderBy('process')
    .execute();
  return rows.map(toHolder);
}

/** What a process holds, with the audit entries about how it came to it, in one transaction. Forgets processes that ended. */
export async function recordPlanHolder(
  store: Store,
  { process, digest, loadedAt, loadedBy, refused }: PlanHolderRow,
  entries: readonly NewAuditEntry[],
  now: string,
): Promise<void> {
  const row = {
    digest,
    loaded_at: loadedAt,
    loaded_by: loadedBy,
    refused_at: refused?.at ?? null,
    refused_by: refused?.by ?? null,
    refused_problems: refused ? JSON.stringify(refused.problems) : null,
    refused_count: refused?.count ?? null,
    seen_at: now,
  };
  await store.transaction().execute(async (trx) => {
    await trx
      .insertInto('plan_holders')
      .values({ process, ...row })
      .onConflict((conflict) => conflict.column('process').doUpdateSet(row))
      .execute();
    const ended = new Date(Date.parse(now) - 288 * seenWithinMs);
    await trx.deleteFrom('plan_holders').where('seen_at', '<', ended).execute();
    await appendAudit(trx, entries);
  });
}

export async function planHolderSeen(store: Store, process: string, now: string): Promise<void> {
  await store.updateTable('plan_holders').set({ seen_at: now }).where('process', '=', process).execute();
}

/** Returns the number of the request: every process that holds a plan follows those above the last that it followed. */
export async function requestPlanReload(store: Store, by: string, at: string): Promise<number> {
  const { id } = await store
    .insertInto('plan_reloads')
    .values({ requested_at: at, requested_by: by })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** The newest request; undefined when nobody ever asked. */
export async function newestPlanReload(store: Store): Promise<{ id: number; by: string } | undefined> {
  return await store
    .selectFrom('plan_reloads')
    .select(['id', 'requested_by as by'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

interface Row {
  process: string;
  digest: string;
  loaded_at: Date;
  loaded_by: string;
  refused_at: Date | null;
  refused_by: string | null;
  refused_problems: string[] | null;
  refused_count: number | null;
}

function toHolder(row: Row): PlanHolderRow {
  const { process, digest, refused_at, refused_by, refused_problems, refused_count } = row;
  return {
    process,
    digest,
    loadedAt: row.loaded_at.toISOString(),
    loadedBy: row.loaded_by,
    refused: refused_at && {
      at: refused_at.toISOString(),
      by: refused_by ?? '',
      problems: refused_problems ?? [],
      count: refused_count ?? 0,
    },
  };
}
