// Reads what was learnt: for planning, for people, and to test it on the past.

import { sql } from 'kysely';
import type { RecordedCase } from '../core/learning/back-test.ts';
import type { Experience } from '../core/learning/experience.ts';
import { type Feature, featureVersion } from '../core/learning/features.ts';
import type { Evidence, Judgement } from '../core/learning/judge.ts';
import type { Kind } from '../core/learning/kind.ts';
import type { Verdict } from '../core/learning/verdict.ts';
import type { Store, Trx } from './database.ts';

/** Of each kind the newest count: what people think of it changes. */
const evidenceFrom = 200;
const historyFrom = 20;

export interface ExperienceRow extends Pick<Experience, 'evidence' | 'history'> {
  /** Null while nothing was learnt, or only by another version. */
  digest: string | null;
  falseAlarms: number;
  real: number;
  /** Null when the digest is the one that is known. */
  weights: Buffer | null;
}

/** One round trip; see migrations/0019. The weights come along only when they are others than those of `knownDigest`. */
export async function readExperience(
  store: Store | Trx,
  kindKey: string,
  knownDigest: string | null,
): Promise<ExperienceRow> {
  const { rows } = await sql<ExperienceRow>`
    select digest, coalesce(false_alarms, 0) as "falseAlarms", coalesce(real_ones, 0) as real, weights, evidence, history
    from learning_experience(${kindKey}, ${knownDigest}, ${featureVersion}, ${evidenceFrom}, ${historyFrom})`.execute(
    store,
  );
  return onlyRow(rows);
}

export interface OpenCase {
  incidentId: string;
  features: Feature[];
  kind: Kind;
  evidence: Evidence;
}

/** Cases of incidents that have not ended, newest first, with what was said of their kinds. */
export async function openCases(trx: Trx, limit: number): Promise<OpenCase[]> {
  const { rows } = await sql<OpenCase>`
    with open as (
      select c.incident_id, c.features, c.kind_key, c.kind_words from learning_cases c
      join incidents i on i.incident_id = c.incident_id
      where i.closed_at is null and c.feature_version = ${featureVersion}
      order by c.opened_at desc limit ${limit}
    ), kinds as (
      select k.kind_key, e.* from (select distinct kind_key from open) k cross join lateral (
        select count(*)::int as verdicts, (count(*) filter (where n.verdict = 'false_alarm'))::int as false_alarms
        from (select verdict from learning_cases c where c.kind_key = k.kind_key and c.verdict is not null
          order by c.ended_at desc limit ${evidenceFrom}) n) e
    )
    select o.incident_id as "incidentId", o.features,
      json_build_object('key', o.kind_key, 'words', o.kind_words) as kind,
      json_build_object('verdicts', k.verdicts, 'falseAlarms', k.false_alarms) as evidence
    from open o join kinds k on k.kind_key = o.kind_key`.execute(trx);
  return rows;
}

/** `model` is the digest of what judged. */
export async function saveJudgements(
  trx: Trx,
  model: string,
  judged: readonly { incidentId: string; judgement: Judgement | undefined }[],
): Promise<void> {
  const rows = judged.map(({ incidentId, judgement }) => ({
    ...{ incident_id: incidentId, chance: judgement?.chance, because: judgement?.because },
  }));
  await sql`
    update learning_cases c set chance = r.chance, because = r.because,
      model = case when r.chance is null then null else ${model} end
    from json_to_recordset(${JSON.stringify(rows)}::json) as r (incident_id text, chance double precision, because jsonb)
    where c.incident_id = r.incident_id`.execute(trx);
}

/** Of one incident: what is thought of it. */
export async function readJudgement(store: Store, incidentId: string) {
  return await store
    .selectFrom('learning_cases')
    .select(['chance', 'because', 'model', 'verdict'])
    .where('incident_id', '=', incidentId)
    .executeTakeFirst();
}

export async function readLearningStatus(store: Store) {
  const { rows } = await sql<{
    digest: string | null;
    falseAlarms: number;
    real: number;
    updatedAt: Date | null;
    due: number;
  }>`
    select digest, coalesce(false_alarms, 0) as "falseAlarms", coalesce(real, 0) as real, updated_at as "updatedAt",
      (select count(*)::int from learning_cases where due) as due
    from (select) one left join learning_model on feature_version = ${featureVersion}`.execute(store);
  return onlyRow(rows);
}

function onlyRow<Row>([row]: Row[]): Row {
  if (!row) throw new Error('A query that gives one row gave none');
  return row;
}

/** The newest of those that people said something of. */
export async function recordedCases(store: Store, limit: number): Promise<RecordedCase[]> {
  const { rows } = await sql<{
    id: string;
    opened_at: Date;
    ended_at: Date;
    features: Feature[];
    kind_key: string;
    kind_words: string;
    verdict: Verdict;
  }>`
    select incident_id as id, opened_at, ended_at, features, kind_key, kind_words, verdict from learning_cases
    where verdict is not null and feature_version = ${featureVersion} order by ended_at desc limit ${limit}`.execute(
    store,
  );
  return rows.map(({ id, opened_at, ended_at, features, kind_key, kind_words, verdict }) => ({
    ...{ id, openedAtMs: opened_at.getTime(), endedAtMs: ended_at.getTime(), features, verdict },
    kind: { key: kind_key, words: kind_words },
  }));
}
