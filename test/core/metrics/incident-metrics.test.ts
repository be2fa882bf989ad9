import { describe, expect, it } from 'vitest';
import { incidentMetrics } from '../../../src/core/metrics/incident-metrics.ts';

const minute = (n: number): string => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();

describe('the metrics of an incident', () => {
  it('are the spans between its times', () => {
    const times = {
      impactStartedAt: minute(0),
      detectedAt: minute(4),
      acknowledgedAt: minute(6),
      containedAt: minute(10),
      resolvedAt: minute(64),
    };
    expect(incidentMetrics(times)).toEqual({
      timeToDetectMs: 240_000,
      timeToAcknowledgeMs: 120_000,
      timeToContainMs: 360_000,
      timeToResolveMs: 3_600_000,
    });
  });

  it('are null, never 0, for what did not happen', () => {
    expect(incidentMetrics({ impactStartedAt: minute(4), detectedAt: minute(4) })).toEqual({
      timeToDetectMs: 0,
      timeToAcknowledgeMs: null,
      timeToContainMs: null,
      timeToResolveMs: null,
    });
  });

  it('are null where a clock that is ahead makes the times contradict each other', () => {
    expect(incidentMetrics({ impactStartedAt: minute(5), detectedAt: minute(4) }).timeToDetectMs).toBeNull();
    expect(incidentMetrics({ impactStartedAt: 'nonsense', detectedAt: minute(4) }).timeToDetectMs).toBeNull();
  });
});
