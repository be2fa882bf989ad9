// The incident workflow: the list of what happens, in order. Phases decide what each does.

import { allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow';
import type { IncidentInput } from '../src/contract/messages.ts';
import type { IncidentStatus } from '../src/core/incident/status.ts';
import { runAddedSteps } from './incident/added-steps.ts';
import { end } from './incident/end.ts';
import { BoundaryReached, Incident } from './incident/incident.ts';
import { applyMessages, listen, readMessages } from './incident/messages.ts';
import { page } from './incident/page.ts';
import { contain, recover, review, triage } from './incident/phases.ts';

/** Runs one incident from its first alerts to its end; returns how it ended. */
export async function incidentWorkflow(input: IncidentInput): Promise<{ incidentId: string; status: IncidentStatus }> {
  const incident = new Incident(input);
  listen(incident);
  if (input.carried) applyMessages(incident);
  const companions = [readMessages(incident), page(incident), runAddedSteps(incident)];

  const hasEnded = await respond(incident);

  incident.over = true;
  await Promise.all([...companions, ...incident.running.values()]);
  await incident.flush();
  await condition(allHandlersFinished);
  if (hasEnded) return { incidentId: incident.id, status: incident.state.status };
  return continueAsNew<typeof incidentWorkflow>({ opened: input.opened, notes: [], carried: incident.carry() });
}

/** False when the history grew long and a new run must go on from here. */
async function respond(incident: Incident): Promise<boolean> {
  try {
    do {
      await triage(incident);
      await contain(incident);
      await recover(incident);
      await review(incident);
    } while (!(await end(incident)));
    return true;
  } catch (error) {
    if (error instanceof BoundaryReached) return false;
    throw error;
  }
}
