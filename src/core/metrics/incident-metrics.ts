// How fast one incident was handled. Definitions: PagerDuty's seconds_to_first_ack for MTTA, AWS Security Incident
// Response for MTTC; the R of MTTR is "resolve". One incident has times, many have means: aggregate from the raw values.

import type { IncidentTimes } from '../incident/state.ts';

/** Milliseconds; null when it did not happen or its times contradict each other, never 0 for "unknown". */
export interface IncidentMetrics {
  /** Detected − impact started. */
  timeToDetectMs: number | null;
  /** First acknowledgement − detected. */
  timeToAcknowledgeMs: number | null;
  /** Containment complete − detected. */
  timeToContainMs: number | null;
  /** Resolved − detected. */
  timeToResolveMs: number | null;
}

export function incidentMetrics(times: IncidentTimes): IncidentMetrics {
  const since = (from: string, to: string | undefined): number | null => {
    const ms = to === undefined ? Number.NaN : Date.parse(to) - Date.parse(from);
    // A source whose clock is ahead: how long it really took, nobody knows.
    return ms >= 0 ? ms : null;
  };
  return {
    timeToDetectMs: since(times.impactStartedAt, times.detectedAt),
    timeToAcknowledgeMs: since(times.detectedAt, times.acknowledgedAt),
    timeToContainMs: since(times.detectedAt, times.containedAt),
    timeToResolveMs: since(times.detectedAt, times.resolvedAt),
  };
}
