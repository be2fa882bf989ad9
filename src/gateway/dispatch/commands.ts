// Delivers commands and decisions to their workflows as updates whose id is the command's, until each is done or
// refused. Repeating is harmless: workflows know the ids that they have applied.

import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Logger } from 'pino';
import { commandUpdate, type DeliveredCommand, type HoldChange, holdUpdate } from '../../contract/messages.ts';
import { containmentWorkflowId, incidentWorkflowId } from '../../contract/names.ts';
import { type IncidentCommand, refusalOf } from '../../core/incident/commands.ts';
import { hasEnded } from '../../core/incident/status.ts';
import { atSite } from '../../fault-sites.ts';
import { type CommandEnd, type CommandRow, claimCommands, finishCommand, readCommand } from '../../store/commands.ts';
import { isActive, readContainment } from '../../store/containments-read.ts';
import { readUnfinished } from '../../store/dispatch.ts';
import { holdAgain } from './containments.ts';
import { type DispatchDeps, restartIncident } from './incidents.ts';
import { refusalFrom } from './refused-update.ts';

const leaseMs = 10_000;
const commandsAtOnce = 20;

export async function deliverDueCommands(deps: DispatchDeps & { logger: Logger }): Promise<void> {
  const due = await claimCommands(deps.store, { at: new Date(), limit: commandsAtOnce, leaseMs });
  const byWorkflow = Map.groupBy(due, ({ workflowId }) => workflowId);
  // One workflow that does not answer must not keep the others waiting; its own commands stay in order.
  await Promise.all([...byWorkflow.values()].map((commands) => deliverInOrder(deps, commands)));
}

async function deliverInOrder(deps: DispatchDeps & { logger: Logger }, commands: readonly CommandRow[]): Promise<void> {
  for (const command of commands) {
    try {
      await deliver(deps, command, leaseMs);
    } catch (error) {
      const { commandId } = command;
      deps.logger.warn({ err: error, commandId }, 'Command not delivered yet; it will be tried again');
      return;
    }
  }
}

/** Delivers one command now and returns it as it stands then: pending when Temporal cannot be reached in time. */
export async function deliverCommand(
  deps: DispatchDeps & { logger: Logger },
  commandId: string,
  withinMs: number,
): Promise<CommandRow> {
  const command = await existing(deps, commandId);
  if (command.status !== 'pending') return command;
  await deliver(deps, command, withinMs).catch((error) =>
    deps.logger.warn({ err: error, commandId }, 'Command not delivered yet; the relay will deliver it'),
  );
  return existing(deps, commandId);
}

async function existing({ store }: DispatchDeps, commandId: string): Promise<CommandRow> {
  const command = await readCommand(store, commandId);
  if (!command) throw new Error(`There is no command ${commandId}`);
  return command;
}

async function deliver(deps: DispatchDeps, command: CommandRow, withinMs: number): Promise<void> {
  await atSite('command.before-update');
  const end = await deps.client.withDeadline(Date.now() + withinMs, () => update(deps, command));
  await atSite('command.after-update');
  if (end) await finishCommand(deps.store, command.commandId, end, new Date().toISOString());
}

/** Undefined when it has to come again. */
async function update(deps: DispatchDeps, command: CommandRow): Promise<CommandEnd | undefined> {
  try {
    await sendUpdate(deps, command);
    return { status: 'done' };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return refusalFrom(error);
    if (error instanceof WorkflowNotFoundError) return withoutWorkflow(deps, command);
    throw error;
  }
}

async function sendUpdate({ client }: DispatchDeps, command: CommandRow): Promise<void> {
  const handle = client.workflow.getHandle(command.workflowId);
  const options = { updateId: command.commandId };
  if (isForIncident(command)) {
    await handle.executeUpdate(commandUpdate, { ...options, args: [toDelivered(command)] });
  } else {
    await handle.executeUpdate(holdUpdate, { ...options, args: [command.payload as HoldChange] });
  }
}

const isForIncident = (command: CommandRow): boolean => command.workflowId === incidentWorkflowId(command.incidentId);

function toDelivered({ commandId, actor, createdAt, payload }: CommandRow): DeliveredCommand {
  return { commandId, actor, at: createdAt.toISOString(), command: payload as IncidentCommand };
}

/** It has ended, or it was lost: then what the store has says what may still be asked of it. */
async function withoutWorkflow(deps: DispatchDeps, command: CommandRow): Promise<CommandEnd | undefined> {
  return isForIncident(command) ? withoutIncident(deps, command) : withoutHold(deps, command);
}

async function withoutIncident(deps: DispatchDeps, command: CommandRow): Promise<CommandEnd | undefined> {
  const { commandId, incidentId } = command;
  const found = await readUnfinished(deps.store, incidentId, 0);
  // It is only about to start, by the dispatcher.
  if (!found || (found.state === null && found.deliveredThrough === 0)) return undefined;
  if (found.state === null) {
    await restartIncident(deps, incidentId, []);
    return undefined;
  }
  const delivered = toDelivered(command);
  // Only the answer was lost, or the gateway died before it could note it.
  const isApplied = found.state.seenCommands.includes(commandId);
  const isOver = hasEnded(found.state.status);
  // A decision is in the store already; telling of it only wakes.
  if (isOver && (isApplied || delivered.command.type === 'decide')) return { status: 'done' };
  const refusal = isApplied ? undefined : refusalOf(found.state, delivered.command);
  if (refusal) return { status: 'refused', ...refusal };
  await restartIncident(deps, incidentId, isApplied ? [] : [delivered]);
  return { status: 'done' };
}

/** A lost hold must not keep people from lifting what is applied. */
async function withoutHold(deps: DispatchDeps, command: CommandRow): Promise<CommandEnd | undefined> {
  const row = await readContainment(deps.store, command.workflowId.slice(containmentWorkflowId('').length));
  if (row?.status === 'lifted' && command.type === 'lift') return { status: 'done' };
  if (!row || !isActive(row.status)) {
    return {
      status: 'refused',
      code: 'containment_over',
      reason: 'The containment is over; run the action again instead',
    };
  }
  await holdAgain(deps.client, row);
  await sendUpdate(deps, command);
  return { status: 'done' };
}
