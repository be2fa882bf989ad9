// Watches incidents until their containment is behind them, for a bounded time.

import type { IncidentDetail, IncidentSummary } from '../contract/api/index.ts';
import type { IncidentStatus } from '../core/incident/status.ts';
import { type Cli, interruption } from './cli.ts';
import { CliError } from './errors.ts';
import { followOne } from './follow.ts';
import { changePrinter } from './format/change.ts';
import { duration } from './format/time.ts';

export interface Waited extends Pick<IncidentSummary, 'id' | 'url' | 'status' | 'severity' | 'title'> {
  /** Null also when nothing but simulated actions contained it. */
  containedAt: string | null;
}

const beforeRecovery: readonly IncidentStatus[] = ['triage', 'containment'];

/** @throws CliError `wait_timeout`, `interrupted` */
export async function waitForContainment(
  cli: Cli,
  incidents: readonly { id: string }[],
  timeoutMs: number,
): Promise<Waited[]> {
  const interrupted = interruption(cli);
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([interrupted.signal, timeout]);
  try {
    const waited: Waited[] = [];
    for (const { id } of incidents) {
      const incident = await untilContained(cli, id, signal);
      if (incident) waited.push(summary(incident));
    }
    if (waited.length === incidents.length) return waited;
  } finally {
    interrupted.done();
  }
  if (timeout.aborted) {
    throw new CliError('wait_timeout', `Not contained within ${duration(timeoutMs)}; it goes on all the same`);
  }
  throw new CliError('interrupted', 'Interrupted while waiting; the incident goes on all the same');
}

/** Undefined when the signal came first. */
async function untilContained(cli: Cli, id: string, signal: AbortSignal): Promise<IncidentDetail | undefined> {
  const client = await cli.client();
  const print = changePrinter(cli);
  const told = new Set<string>();
  const onLost = (reason: string): void => cli.terminal.note(`Connection lost (${reason}); trying again`);
  for await (const change of followOne(client, id, { signal, onLost })) {
    const { incident } = change;
    if (!cli.json) print(change);
    for (const approval of incident.approvals) {
      if (approval.status !== 'pending' || told.has(approval.id)) continue;
      told.add(approval.id);
      cli.terminal.note(`It waits for a decision: firebreak approvals show ${approval.id}`);
    }
    if (!beforeRecovery.includes(incident.status)) return incident;
  }
  return undefined;
}

function summary({ id, url, status, severity, title, times }: IncidentDetail): Waited {
  return { id, url, status, severity, title, containedAt: times.containedAt };
}
