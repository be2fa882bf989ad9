// What a failed step means for the rest of its playbook.

import { assertNever } from '../../src/core/assert-never.ts';
import type { PlannedStep } from '../../src/core/incident/plan.ts';
import { undoSteps } from './containments.ts';
import type { Incident } from './incident.ts';
import { tell } from './page.ts';

/** True when the playbook goes on after this failure. */
export async function afterFailure(incident: Incident, step: PlannedStep): Promise<boolean> {
  const text = noteFailure(incident, step);
  switch (step.onFailure) {
    case 'continue':
      return true;
    case 'fail':
      break;
    case 'undo':
      await undoSteps(incident, incident.state.undos, `step ${step.id} failed`);
      break;
    case 'escalate':
      await tell(incident, { kind: 'question', text, key: `failed/${step.id}` });
      break;
    default:
      return assertNever(step.onFailure);
  }
  await incident.flush();
  return false;
}

/** Puts the failure on the list of what is left for people; once, however often it is asked. */
export function noteFailure(incident: Incident, step: PlannedStep): string {
  const outcome = incident.state.steps[step.id]?.outcome;
  const why = outcome && 'reason' in outcome ? outcome.reason : (outcome?.outcome.detail ?? 'not run');
  const text = `Not done: ${step.title}. ${why}`;
  if (!incident.state.followUps.includes(text)) incident.record({ type: 'follow_up_added', text });
  return text;
}
