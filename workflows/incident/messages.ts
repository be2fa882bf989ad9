// What comes in while the incident runs. Handlers validate and enqueue; readMessages applies, one batch at a time.

import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import {
  alertsSignal,
  type CommandAccepted,
  comeAgain,
  commandUpdate,
  type DeliveredCommand,
  stateQuery,
} from '../../src/contract/messages.ts';
import { factsOf, refusalOf } from '../../src/core/incident/commands.ts';
import type { IncidentFact } from '../../src/core/incident/events.ts';
import { type AlertNote, sortNotes } from '../../src/core/incident/notes.ts';
import { worstSeverity } from '../../src/core/severity.ts';
import type { Incident } from './incident.ts';

export function listen(incident: Incident): void {
  setHandler(stateQuery, () => incident.state);
  setHandler(alertsSignal, (notes) => void incident.notes.push(...notes));
  setHandler(commandUpdate, (delivered) => accept(incident, delivered), {
    validator: (delivered) => validate(incident, delivered),
  });
}

/** Server-side deduplication of updates ends at continue-as-new, so the ids are carried in the state. */
function isKnown(incident: Incident, commandId: string): boolean {
  return (
    incident.state.seenCommands.includes(commandId) ||
    incident.commands.some((waiting) => waiting.commandId === commandId)
  );
}

function validate(incident: Incident, { commandId, command }: DeliveredCommand): void {
  if (isKnown(incident, commandId)) return;
  if (incident.isCommitting) throw ApplicationFailure.nonRetryable('The incident is just ending; ask again', comeAgain);
  const refusal = refusalOf(incident.state, command);
  if (refusal) throw ApplicationFailure.nonRetryable(refusal.reason, refusal.code);
}

function accept(incident: Incident, delivered: DeliveredCommand): CommandAccepted {
  const repeated = isKnown(incident, delivered.commandId);
  if (!repeated) incident.commands.push(delivered);
  return { accepted: true, repeated };
}

/** Companion: runs beside the phases until the incident is over. */
export async function readMessages(incident: Incident): Promise<void> {
  // What came between two runs: whatever the phases go on waiting for, the store knows of it now. Triage writes its own.
  if (incident.state.plan) await incident.flush();
  for (;;) {
    await condition(() => (hasMessages(incident) && !incident.isBusy) || incident.over);
    if (incident.over) return;
    // Triage may have read them first, and writes them with what it decides.
    if (!hasMessages(incident)) continue;
    applyMessages(incident);
    await incident.flush();
  }
}

function hasMessages(incident: Incident): boolean {
  return incident.notes.length + incident.commands.length + incident.containmentEnds.length > 0;
}

export function applyMessages(incident: Incident): void {
  applyNotes(incident);
  incident.record(incident.containmentEnds.splice(0));
  const commands = incident.commands;
  incident.commands = [];
  for (const { command, commandId, actor } of commands) {
    if (command.type === 'decide') incident.decisionsArrived += 1;
    // What was possible when it was enqueued may not be any more; then nothing is left of it but the audit entry.
    if (refusalOf(incident.state, command)) continue;
    incident.record(factsOf(incident.state, command), actor, commandId);
    if (command.type === 'retry') incident.moved += 1;
  }
}

function applyNotes(incident: Incident): void {
  const { ready, early } = sortNotes(incident.state.seenThrough, [...incident.early, ...incident.notes]);
  incident.notes = [];
  incident.early = early;
  if (ready.length > 0) incident.record(alertsReceived(ready));
}

const titlesKept = 3;

function alertsReceived(notes: AlertNote[]): IncidentFact {
  const last = notes[notes.length - 1];
  const hints = notes.flatMap((note) => (note.severityHint ? [note.severityHint] : []));
  return {
    type: 'alerts_received',
    count: countOf(notes, 'fired') + countOf(notes, 'moved') - countOf(notes, 'left'),
    fired: countOf(notes, 'fired'),
    resolved: countOf(notes, 'resolved'),
    firing: last?.firingAfter ?? 0,
    through: last?.position ?? 0,
    severityHint: hints.length > 0 ? worstSeverity(hints) : null,
    titles: [...new Set(notes.map((note) => note.title))].slice(0, titlesKept),
  };
}

const countOf = (notes: AlertNote[], change: AlertNote['change']): number =>
  notes.filter((note) => note.change === change).length;
