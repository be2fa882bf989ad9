// What is learnt: cases, and the model. Writes, and what the one who learns reads.

import { sql } from 'kysely';
import type { Case } from '../core/learning/experience.ts';
import { type Feature, featureVersion } from '../core/learning/features.ts';
import type { Judgement } from '../core/learning/judge.ts';
import { bytesOf, type Model, newModel, numbersOf } from '../core/learning/model.ts';
import type { Ended, Verdict } from '../core/learning/verdict.ts';
import type { Severity } from '../core/severity.ts';
import { appendAudit } from './audit.ts';
import type { Store, Trx } from './database.ts';
import { unsynced } from './unsynced.ts';

/** Describing an incident again changes nothing that was learnt. `model` is the digest of what judged. */
export async function recordCase(
  store: Store | Trx,
  incidentId: string,
  { features, kind, rule, proposed }: Case,
  judged: { judgement: Judgement | undefined; model: string | null } | null,
): Promise<void> {
  const described = {
    feature_version: featureVersion,
    features: JSON.stringify(features),
    ...{ kind_key: kind.key, kind_words: kind.words, rule, proposed },
    ...(judged && {
      chance: judged.judgement?.chance ?? null,
      because: judged.judgement ? JSON.stringify(judged.judgement.because) : null,
      model: judged.judgement ? judged.model : null,
    }),
  };
  const names = Object.keys(described);
  const list = (of: (name: string) => ReturnType<typeof sql>) => sql.join(names.map(of));
  await sql`
    with ${store.isTransaction ? synced : unsynced}
    insert into learning_cases (incident_id, opened_at, ${list(sql.ref)})
    select i.incident_id, i.opened_at, ${sql.join(Object.values(described))} from incidents i, unsynced
    where i.incident_id = ${incidentId} and not i.drill
    on conflict (incident_id) do update set (${list(sql.ref)}) = (${list((name) => sql`excluded.${sql.ref(name)}`)})
  `.execute(store);
}

/** As durable as the transaction that it is part of. */
const synced = sql`unsynced as (select)`;

/** Drills teach nothing. In the transaction that ends the incident. */
export async function markEnded(trx: Trx, incidentId: string): Promise<void> {
  await sql`
    insert into learning_cases (incident_id, opened_at, ended_at, due)
    select incident_id, opened_at, coalesce(closed_at, now()), true from incidents
    where incident_id = ${incidentId} and not drill
    on conflict (incident_id) do update set ended_at = excluded.ended_at, due = true`.execute(trx);
}

export async function somethingIsDue(store: Store): Promise<boolean> {
  const row = await store.selectFrom('learning_cases').select('incident_id').where('due', '=', true).limit(1).execute();
  return row.length > 0;
}

/** Nobody else learns until the transaction ends. Undefined for a model that this version cannot go on with. */
export async function holdModel(trx: Trx): Promise<Model | undefined> {
  await sql`insert into learning_model default values on conflict do nothing`.execute(trx);
  const { weights, squares, false_alarms, real, digest, feature_version } = await trx
    .selectFrom('learning_model')
    .select(['weights', 'squares', 'false_alarms', 'real', 'digest', 'feature_version'])
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (digest === null) return newModel();
  const [known, steps] = [weights && numbersOf(weights), squares && numbersOf(squares)];
  if (feature_version !== featureVersion || !known || !steps) return undefined;
  return { weights: known, squares: steps, falseAlarms: false_alarms, real };
}

export async function saveModel(
  trx: Trx,
  { weights, squares, falseAlarms, real }: Model,
  digest: string,
): Promise<void> {
  await trx
    .updateTable('learning_model')
    .set({ weights: Buffer.from(bytesOf(weights)), squares: Buffer.from(bytesOf(squares)) })
    .set({ false_alarms: falseAlarms, real, digest, feature_version: featureVersion, updated_at: new Date() })
    .execute();
}

export interface DueCase extends Ended {
  incidentId: string;
  /** Null until it is described in this version. */
  features: Feature[] | null;
  /** What was learnt from it before. */
  learnt: Verdict | null;
}

interface DueRow {
  incident_id: string;
  features: Feature[] | null;
  feature_version: number | null;
  verdict: Verdict | null;
  status: Ended['status'];
  disposition: Ended['disposition'];
  dismissed_by: string | null;
  acknowledged: boolean;
  resolved_by_person: boolean;
  severity_by_person: Severity | null;
}

/** In the order in which they ended. People are known by their keys. */
export async function dueCases(trx: Trx, limit: number): Promise<DueCase[]> {
  const { rows } = await sql<DueRow>`
    select c.incident_id, c.features, c.feature_version, c.verdict, i.status, i.disposition,
      (select actor from audit_entries a where a.incident_id = c.incident_id and a.kind = 'ended'
        order by a.seq desc limit 1) as dismissed_by,
      exists (select from audit_entries a where a.incident_id = c.incident_id
        and a.kind in ('acknowledged', 'assigned') and a.actor like 'key:%') as acknowledged,
      coalesce(i.state ->> 'recovered' = 'resolved_by_person', false) as resolved_by_person,
      (select a.body::jsonb -> 'data' ->> 'severity' from audit_entries a where a.incident_id = c.incident_id
        and a.kind = 'severity_changed' and a.actor like 'key:%' order by a.seq desc limit 1) as severity_by_person
    from learning_cases c join incidents i on i.incident_id = c.incident_id
    where c.due order by c.ended_at, c.incident_id limit ${limit}`.execute(trx);
  return rows.map((row) => ({
    incidentId: row.incident_id,
    features: row.feature_version === featureVersion ? row.features : null,
    learnt: row.verdict,
    ...{ status: row.status, disposition: row.disposition, dismissedBy: row.dismissed_by },
    ...{ isAcknowledged: row.acknowledged, isResolvedByPerson: row.resolved_by_person },
    severityByPerson: row.severity_by_person,
  }));
}

export interface LearntCase {
  incidentId: string;
  verdict: Verdict | null;
  severityByPerson: Severity | null;
}

export async function settleCases(trx: Trx, cases: readonly LearntCase[]): Promise<void> {
  const rows = cases.map(({ incidentId, verdict, severityByPerson }) => ({
    ...{ incident_id: incidentId, verdict, severity_by_person: severityByPerson },
  }));
  await sql`
    update learning_cases c set due = false, verdict = r.verdict, severity_by_person = r.severity_by_person
    from json_to_recordset(${JSON.stringify(rows)}::json) as r (incident_id text, verdict text, severity_by_person text)
    where c.incident_id = r.incident_id`.execute(trx);
}

/** Forgets the model, and makes every incident that ended due again. The caller holds the model. Gives how many. */
export async function forgetAll(trx: Trx): Promise<number> {
  await sql`
    update learning_model set weights = null, squares = null, false_alarms = 0, real = 0, digest = null,
      updated_at = now()`.execute(trx);
  await sql`
    update learning_cases set verdict = null, severity_by_person = null, chance = null, because = null, model = null
    where verdict is not null or ended_at is null`.execute(trx);
  const { rows } = await sql<{ incidents: number }>`
    with ended as (
      insert into learning_cases (incident_id, opened_at, ended_at, due)
      select incident_id, opened_at, closed_at, true from incidents
      where status in ('closed', 'dismissed') and closed_at is not null and not drill
      on conflict (incident_id) do update set ended_at = excluded.ended_at, due = true
      returning 1)
    select count(*)::int as incidents from ended`.execute(trx);
  return rows[0]?.incidents ?? 0;
}

/** Because a person asked for it. Whoever learns goes through the incidents in order. `at` is ISO-8601. */
export async function requestRebuild(store: Store, actor: string, at: string): Promise<number> {
  return await store.transaction().execute(async (trx) => {
    await holdModel(trx);
    const incidents = await forgetAll(trx);
    await appendAudit(trx, [{ at, actor, kind: 'learning_rebuild_requested', data: { incidents } }]);
    return incidents;
  });
}
