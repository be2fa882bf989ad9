// What the gateway is given: everything that it does not decide or know by itself.

import type { Router } from 'express';
import type { Logger } from 'pino';
import type { Readiness, RunActionRequest } from '../contract/api/index.ts';
import type { Source } from '../contract/api/operations.ts';
import type { PlanProblem } from '../contract/api/plan.ts';
import type { Sign } from '../core/audit/checkpoint.ts';
import type { PlannedStep } from '../core/incident/plan.ts';
import type { LoadedPlan } from '../core/plan/response-plan.ts';
import type { CommandRow } from '../store/commands.ts';
import type { Store } from '../store/database.ts';
import type { PlanHolderRow } from '../store/plans.ts';
import type { LiveChanges } from './events/changes.ts';
import type { Metrics } from './metrics.ts';

export interface PlanActionInput {
  incidentId: string;
  /** Steps are named after their command, so that a repeated request plans the same step. */
  commandId: string;
  request: RunActionRequest;
  actor: string;
}

export type PlannedAction =
  | { ok: true; step: PlannedStep }
  /** `invalid` when the request is wrong, `refused` when a guard or the plan says no. */
  | { ok: false; because: 'invalid' | 'refused'; code: string; reason: string };

/** The response plan that this process holds. */
export interface HeldPlanView {
  current(): LoadedPlan;
  holder(): PlanHolderRow;
  reload(by: string): Promise<PlanReloaded>;
}

type PlanReloaded =
  | { outcome: 'loaded'; digest: string; previous: string }
  | { outcome: 'unchanged'; digest: string }
  | { outcome: 'refused'; digest: string; problems: readonly PlanProblem[] };

export interface GatewayDeps {
  store: Store;
  /** For the one connection that listens for changes. */
  databaseUrl: string;
  /** Where people reach the gateway; without a slash at the end. */
  publicUrl: string;
  temporalUi: { url: string; namespace: string } | null;
  /** Folder of the built console; requests for it are answered with a helpful page when it is not there. */
  consoleDir: string;
  decisionKey: Sign;
  /** Takes POST /alerts/{source} and the further paths of sources; authenticates by itself. */
  alerts: Router;
  /**
   * Hands a stored command to its workflow, waits a few seconds at most, and gives the command as it stands then:
   * pending when Temporal could not be reached, and the relay goes on.
   */
  deliver(commandId: string): Promise<CommandRow>;
  planAction(input: PlanActionInput): Promise<PlannedAction>;
  plan: HeldPlanView;
  /** With their credentials. */
  sources(): Promise<Source[]>;
  /** SPKI PEM of the key that signs checkpoints; null where none was made yet. */
  auditPublicKey(): Promise<string | null>;
  readiness(): Promise<Readiness>;
  metrics: Metrics;
  log: Logger;
  now(): Date;
}

export type AppDeps = GatewayDeps & { changes: LiveChanges };
