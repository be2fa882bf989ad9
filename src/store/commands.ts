// Commands on their way to a workflow: stored with their audit entry, delivered by the dispatcher until they are done.

import { sql } from 'kysely';
import type { HoldChange } from '../contract/messages.ts';
import { canonicalJson, type Json } from '../core/canonical.ts';
import type { IncidentCommand } from '../core/incident/commands.ts';
import { appendAudit, type NewAuditEntry } from './audit.ts';
import { readEntryData } from './audit-read.ts';
import type { Store, Trx } from './database.ts';

export interface NewCommand {
  commandId: string;
  incidentId: string;
  /** The workflow that it is delivered to, as an update with the command's id. */
  workflowId: string;
  payload: IncidentCommand | HoldChange;
  actor: string;
  actorRole: string;
  /** ISO-8601. */
  at: string;
}

/** A command that the store itself carries out: no workflow is asked. */
export type NewStoreCommand = Omit<NewCommand, 'payload'> & { payload: { type: 'unmerge'; reason: string } };

export interface CommandRow {
  commandId: string;
  incidentId: string;
  workflowId: string;
  type: string;
  payload: IncidentCommand | HoldChange;
  actor: string;
  actorRole: string;
  status: 'pending' | 'done' | 'refused';
  /** Of a refused one `{code, reason}`. */
  result: Json;
  createdAt: Date;
  finishedAt: Date | null;
  attempts: number;
}

/** The relay leaves a new command to the request that stored it for this long. */
const firstAttemptMs = 10_000;
const longestRetryMs = 60_000;

/** False when a command with this id is there already. The caller's transaction also appends what it means. */
export async function insertCommand(trx: Trx, command: NewCommand | NewStoreCommand): Promise<boolean> {
  const inserted = await trx
    .insertInto('commands')
    .values({
      command_id: command.commandId,
      incident_id: command.incidentId,
      workflow_id: command.workflowId,
      type: command.payload.type,
      payload: JSON.stringify(command.payload),
      actor: command.actor,
      actor_role: command.actorRole,
      created_at: command.at,
      next_attempt_at: new Date(Date.parse(command.at) + firstAttemptMs),
    })
    .onConflict((conflict) => conflict.column('command_id').doNothing())
    .returning('command_id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/**
 * Stores a command with the entry `command_requested`, in one transaction. `request` is what the person asked for.
 * False, and nothing written, when the id is there already.
 */
export async function requestCommand(store: Store, command: NewCommand, request: Json): Promise<boolean> {
  return await store.transaction().execute(async (trx) => {
    if (!(await insertCommand(trx, command))) return false;
    await appendAudit(trx, [requestedEntry(command, request)]);
    return true;
  });
}

export const requestedEntry = (command: NewCommand | NewStoreCommand, request: Json): NewAuditEntry => ({
  at: command.at,
  actor: command.actor,
  kind: 'command_requested',
  incidentId: command.incidentId,
  key: requestKey(command.commandId),
  data: { commandId: command.commandId, workflowId: command.workflowId, request },
});

/** True when the command with this id was asked for in these words, by the audit log. */
export async function wasRequestedAs(store: Store, commandId: string, request: Json): Promise<boolean> {
  const data = (await readEntryData(store, requestKey(commandId))) as { request?: Json } | undefined;
  return data !== undefined && canonicalJson(data.request ?? null) === canonicalJson(request);
}

export async function readCommand(store: Store, commandId: string): Promise<CommandRow | undefined> {
  const row = await store.selectFrom('commands').selectAll().where('command_id', '=', commandId).executeTakeFirst();
  return row && toCommand(row);
}

/**
 * Commands that are due, each to one caller only: it is due again after a while, twice as long with every attempt.
 * `leaseMs` is how long one delivery may take.
 */
export async function claimCommands(
  store: Store,
  { at, limit, leaseMs }: { at: Date; limit: number; leaseMs: number },
): Promise<CommandRow[]> {
  const waitMs = sql<number>`least(${leaseMs} * power(2, least(attempts, 10)), ${Math.max(longestRetryMs, leaseMs)})`;
  const rows = await store
    .updateTable('commands')
    .set({
      attempts: sql<number>`attempts + 1`,
      next_attempt_at: sql<Date>`${at}::timestamptz + ${waitMs} * interval '1 millisecond'`,
    })
    .where('command_id', 'in', (eb) =>
      eb
        .selectFrom('commands')
        .select('command_id')
        .where('status', '=', 'pending')
        .where('next_attempt_at', '<=', at)
        .orderBy('next_attempt_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
  return rows.map(toCommand).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** Makes all that is pending due at once: nobody delivers what an earlier life of this process had under way. */
export async function releaseCommands(store: Store): Promise<void> {
  await store
    .updateTable('commands')
    .set({ next_attempt_at: sql<Date>`now()` })
    .where('status', '=', 'pending')
    .where('next_attempt_at', '>', sql<Date>`now()`)
    .execute();
}

export type CommandEnd = { status: 'done'; result?: Json } | { status: 'refused'; code: string; reason: string };

/** The first end stands: false when it had ended before. A refusal is on the audit log. */
export async function finishCommand(store: Store, commandId: string, end: CommandEnd, at: string): Promise<boolean> {
  return await store.transaction().execute(async (trx) => {
    const result = end.status === 'done' ? (end.result ?? null) : { code: end.code, reason: end.reason };
    const row = await trx
      .updateTable('commands')
      .set({ status: end.status, result: JSON.stringify(result), finished_at: at })
      .where('command_id', '=', commandId)
      .where('status', '=', 'pending')
      .returning(['actor', 'incident_id', 'type'])
      .executeTakeFirst();
    if (!row) return false;
    if (end.status === 'refused') {
      const data = { commandId, type: row.type, code: end.code, reason: end.reason };
      const key = `command/${commandId}/refused`;
      await appendAudit(trx, [
        { at, actor: row.actor, kind: 'command_refused', incidentId: row.incident_id, key, data },
      ]);
    }
    return true;
  });
}

const requestKey = (commandId: string): string => `command/${commandId}`;

function toCommand(row: {
  command_id: string;
  incident_id: string;
  workflow_id: string;
  type: string;
  payload: Json;
  actor: string;
  actor_role: string;
  status: CommandRow['status'];
  result: Json;
  created_at: Date;
  finished_at: Date | null;
  attempts: number;
}): CommandRow {
  return {
    commandId: row.command_id,
    incidentId: row.incident_id,
    workflowId: row.workflow_id,
    type: row.type,
    payload: row.payload as IncidentCommand | HoldChange,
    actor: row.actor,
    actorRole: row.actor_role,
    status: row.status,
    result: row.result,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    attempts: row.attempts,
  };
}
