// The journal of an incident: its events on the audit log and the read model after them, in one transaction. The worker
// that writes may die before Temporal knows; then the same stretch of the workflow runs again, perhaps with messages that
// came meanwhile. Facts that both executions wrote are on the log once, and neither's is lost.

import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { JournalInput, WrittenAhead } from '../contract/activities.ts';
import type { AuditEntry } from '../core/audit/entry.ts';
import { canonicalJson, type Json } from '../core/canonical.ts';
import { priorityOf } from '../core/triage/priority.ts';
import { appendAudit, auditRows, type NewAuditEntry } from './audit.ts';
import type { Store, Trx } from './database.ts';

/** Safe to repeat, and to be overtaken: an earlier execution never overwrites a later one. */
export async function writeJournal(store: Store, input: JournalInput): Promise<WrittenAhead | undefined> {
  if (await writeAtOnce(store, input)) return undefined;
  return store.transaction().execute(async (trx) => (await writeEvents(trx, input)).ahead);
}

/** False when an earlier execution was further than this one knows: then it takes a closer look. */
async function writeAtOnce(store: Store, input: JournalInput): Promise<boolean> {
  if (input.ahead?.length || input.events.length === 0) return false;
  const incident = JSON.stringify(readModelOf(input, input.state.nextEvent));
  const entries = JSON.stringify(auditRows(entriesOf(input)));
  const { rows } = await sql<{ written: boolean }>`
    select journal_write(${incident}::json, ${entries}::jsonb) as written`.execute(store);
  return rows[0]?.written === true;
}

/** For writers that do more in the same transaction: `between`, before the audit log is locked. */
export async function writeEvents(
  trx: Trx,
  input: JournalInput,
  between: () => Promise<void> = async () => {},
): Promise<{ ahead: WrittenAhead | undefined }> {
  const { entries, ahead } = await placed(trx, input);
  await updateReadModel(trx, input, ahead?.nextEvent ?? input.state.nextEvent);
  await between();
  const appended = await appendAudit(trx, entries);
  // Another execution wrote just now. Nothing of this is committed, and the next try sees what it wrote.
  if (appended < entries.length) throw new Error(`The journal of ${input.state.incidentId} was written by another`);
  return { ahead };
}

export function entriesOf({ state, events, firstEvent }: JournalInput): NewAuditEntry[] {
  return events.map(({ at, actor, type, ...data }, index) => ({
    at,
    actor,
    kind: type,
    incidentId: state.incidentId,
    key: `${state.incidentId}/${firstEvent + index}`,
    data: data as unknown as Json,
  }));
}

async function updateReadModel(trx: Trx, input: JournalInput, nextEvent: number): Promise<void> {
  await sql`select journal_update(${JSON.stringify(readModelOf(input, nextEvent))}::json)`.execute(trx);
}

function readModelOf({ state, version }: JournalInput, nextEvent: number) {
  const { times, plan, severity } = state;
  return {
    incident_id: state.incidentId,
    status: state.status,
    severity: state.severity,
    title: state.title,
    planned: plan !== null,
    // People may have changed the severity since; the moments stay those that people were told.
    priority: plan?.importance === undefined ? null : priorityOf(severity, plan.importance),
    acknowledge_by: plan?.sla?.acknowledgeBy ?? null,
    recover_by: plan?.sla?.recoverBy ?? null,
    ...(plan && { service: plan.service, playbook: plan.playbook, plan_digest: plan.planDigest }),
    assignee: state.assignee,
    disposition: state.disposition,
    merged_into: state.status === 'merged' ? state.mergeInto : null,
    acknowledged_at: times.acknowledgedAt,
    contained_at: times.containedAt,
    resolved_at: times.resolvedAt,
    closed_at: times.closedAt,
    state: { ...state, nextEvent },
    version,
    next_event: state.nextEvent,
  };
}

interface Placed {
  entries: NewAuditEntry[];
  ahead: WrittenAhead | undefined;
}

/** The entries that are not on the log yet, each under a key of its own. */
async function placed(trx: Trx, input: JournalInput): Promise<Placed> {
  const entries = entriesOf(input);
  const known = await writtenFrom(trx, input);
  const facts = [...(input.ahead ?? []), ...known.map(({ entry }) => digestOf(entry))];
  if (facts.length === 0) return { entries, ahead: undefined };
  const unknown = entries.filter((entry) => {
    const same = facts.indexOf(digestOf(entry));
    if (same >= 0) facts.splice(same, 1);
    return same < 0;
  });
  let nextEvent = Math.max(input.firstEvent, ...known.map(({ number }) => number + 1));
  const renumbered = unknown.map((entry) => {
    const key = `${input.state.incidentId}/${nextEvent}`;
    nextEvent += 1;
    return { ...entry, key };
  });
  return { entries: renumbered, ahead: { nextEvent: Math.max(nextEvent, input.state.nextEvent), facts } };
}

/** What another execution wrote from the first of these events on: nearly always nothing. */
async function writtenFrom(trx: Trx, { state, events, firstEvent }: JournalInput) {
  if (events.length === 0) return [];
  const { incidentId } = state;
  const { rows } = await sql<{ key: string; body: string }>`
    select later.key, later.body from audit_entries first
    join audit_entries later on later.incident_id = ${incidentId} and later.seq >= first.seq
    where first.key = ${`${incidentId}/${firstEvent}`} and later.key ~ ${`^${incidentId}/[0-9]+$`}
    order by later.seq`.execute(trx);
  return rows.map(({ key, body }) => ({
    number: Number(key.slice(incidentId.length + 1)),
    entry: JSON.parse(body) as AuditEntry,
  }));
}

/** Of all but the time, which is another one in each execution. */
function digestOf({ actor, kind, data }: Pick<AuditEntry, 'actor' | 'kind' | 'data'>): string {
  return createHash('sha256').update(canonicalJson({ actor, kind, data })).digest('base64url').slice(0, 22);
}
