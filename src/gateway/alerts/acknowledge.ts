// A sender says that someone works on what it told of: the finding's incident is acknowledged, on record as asked for by
// the source. What does not fire, or has no open incident, is not acknowledged, as with PagerDuty.

import { incidentWorkflowId } from '../../contract/names.ts';
import { derivedId } from '../../core/ids.ts';
import { type NewCommand, requestCommand } from '../../store/commands.ts';
import type { Store } from '../../store/database.ts';
import { type FiringAlert, openIncidentOf } from '../../store/open-incident.ts';

export interface Acknowledgement {
  source: string;
  fingerprints: readonly string[];
  atMs: number;
}

/** The incidents that it is about; `onCommand` is told of new commands. */
export async function acknowledgeFindings(
  store: Store,
  { source, fingerprints, atMs }: Acknowledgement,
  onCommand: (commandId: string) => void = () => {},
): Promise<string[]> {
  const incidents: string[] = [];
  for (const fingerprint of fingerprints) {
    const open = await openIncidentOf(store, source, fingerprint);
    if (!open) continue;
    incidents.push(open.incidentId);
    const command = commandOf(source, open, atMs);
    const isNew = await requestCommand(store, command, { incidentId: open.incidentId, type: 'acknowledge' });
    if (isNew) onCommand(command.commandId);
  }
  return incidents;
}

/** One for each alert: an acknowledgement that comes again is the same. */
function commandOf(source: string, { incidentId, alertId }: FiringAlert, atMs: number): NewCommand {
  return {
    commandId: derivedId(20, 'acknowledged by source', incidentId, alertId),
    incidentId,
    workflowId: incidentWorkflowId(incidentId),
    payload: { type: 'acknowledge' },
    actor: `source:${source}`,
    actorRole: 'source',
    at: new Date(atMs).toISOString(),
  };
}
