// What is said to a running workflow: inputs, signals, updates, queries. JSON only.

import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ActionOutcome } from '../core/action-outcome.ts';
import type { Json } from '../core/canonical.ts';
import type { IncidentCommand } from '../core/incident/commands.ts';
import type { AlertNote } from '../core/incident/notes.ts';
import type { IncidentState, OpenedIncident } from '../core/incident/state.ts';

export interface IncidentInput {
  opened: OpenedIncident;
  notes: AlertNote[];
  /** State to go on from: after continue-as-new, after a reopening, or after a workflow was lost. */
  carried?: CarriedIncident;
}

export interface CarriedIncident {
  state: IncidentState;
  /** Notes that arrived ahead of a gap and wait for it to fill. */
  early: AlertNote[];
  /** Commands that were accepted and are not applied yet. */
  waiting: DeliveredCommand[];
}

export interface DeliveredCommand {
  commandId: string;
  actor: string;
  at: string;
  command: IncidentCommand;
}

export const alertsSignal = defineSignal<[AlertNote[]]>('alerts');
export const commandUpdate = defineUpdate<CommandAccepted, [DeliveredCommand]>('command');
export const stateQuery = defineQuery<IncidentState>('state');

export interface CommandAccepted {
  accepted: true;
  /** True when the same command had been applied before: a redelivery. */
  repeated: boolean;
}

/** Failure type of a command that came in the moment of ending: deliver it again. Other types are refusals for good. */
export const comeAgain = 'come_again';

/** A containment that its child workflow holds. Times are ISO-8601. */
export interface ContainmentInput {
  containmentId: string;
  incidentId: string;
  stepId: string;
  key: string;
  action: string;
  title: string;
  target: string;
  params: Json;
  mode: 'simulate' | 'live';
  evidence: Json | null;
  expiresAt: string;
  /** How often undoing is tried before people are asked. */
  undoAttempts: number;
}

export type HoldChange =
  | { type: 'lift'; commandId: string; actor: string; reason: string }
  | { type: 'extend'; commandId: string; actor: string; reason: string; expiresAt: string };

/** Lifting and extending come as updates; validators refuse what is over already. */
export const holdUpdate = defineUpdate<CommandAccepted, [HoldChange]>('hold');

export type ContainmentEnd = { how: 'lifted' | 'expired'; outcome: ActionOutcome };

export type { AlertNote };

/** The incident asks its containment to end now. */
export const liftSignal = defineSignal<[{ actor: string; reason: string }]>('lift');
