// Where an incident stands when a step of its playbook is reached. Light: workflows import it.

import type { FlowPlace } from '../incident/flow.ts';
import type { IncidentState } from '../incident/state.ts';
import type { Reached } from './reached.ts';
import { seenFrom } from './seen.ts';

export function reachedAt(state: IncidentState, place: FlowPlace): Reached {
  const { incidentId, plan, title, severity, times } = state;
  return {
    incidentId,
    planDigest: plan?.planDigest ?? '',
    title,
    severity,
    service: plan?.service ?? null,
    playbook: plan?.playbook ?? '',
    impactStartedAt: times.impactStartedAt,
    openedAt: times.detectedAt,
    place,
    seen: seenFrom(place, state),
  };
}
