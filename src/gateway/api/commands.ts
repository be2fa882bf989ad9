// A command of a person on its way: stored, handed to its workflow, and answered as it then stands.

import type { Command } from '../../contract/api/commands.ts';
import type { Json } from '../../core/canonical.ts';
import { type CommandRow, type NewCommand, readCommand, requestCommand, wasRequestedAs } from '../../store/commands.ts';
import type { Principal } from '../auth/principal.ts';
import type { AppDeps } from '../deps.ts';
import { idOfRequested, keyReused } from './idempotency.ts';
import { Refusal } from './refusal.ts';
import { json, type Reply } from './route.ts';

const commandIdLength = 20;

/** The same for each repeat of a request with an Idempotency-Key; otherwise new. */
export function commandIdFor(principal: Principal, idempotencyKey: string | undefined): string {
  return idOfRequested('command', commandIdLength, principal, idempotencyKey);
}

/** The command that an earlier request with this key stored; refuses when that asked for something else. */
export async function earlierCommand(
  { store }: AppDeps,
  commandId: string,
  request: Json,
): Promise<CommandRow | undefined> {
  const earlier = await readCommand(store, commandId);
  if (earlier && !(await wasRequestedAs(store, commandId, request))) throw keyReused();
  return earlier;
}

/** Stores and delivers it. `request` is what the person asked for, as it goes on the audit log. */
export async function submit(deps: AppDeps, command: NewCommand, request: Json): Promise<Reply> {
  const isNew = await requestCommand(deps.store, command, request);
  // Two requests with one key at the same time: the second finds what the first stored.
  if (!isNew) await earlierCommand(deps, command.commandId, request);
  return await deliver(deps, command.commandId);
}

export async function deliver(deps: AppDeps, commandId: string): Promise<Reply> {
  const command = presentCommand(await deps.deliver(commandId));
  if (command.refusal) throw new Refusal(409, command.refusal.code, command.refusal.reason);
  if (command.status === 'done') return json(command);
  return json(command, 202, { Location: `${deps.publicUrl}/api/commands/${commandId}` });
}

export function presentCommand(row: CommandRow): Command {
  return {
    id: row.commandId,
    incidentId: row.incidentId,
    type: row.type,
    status: row.status,
    actor: row.actor,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    refusal: row.status === 'refused' ? refusalIn(row.result) : null,
  };
}

function refusalIn(result: Json): { code: string; reason: string } {
  const { code, reason } = (result ?? {}) as { code?: string; reason?: string };
  return { code: code ?? 'command_refused', reason: reason ?? 'The incident refused it' };
}
