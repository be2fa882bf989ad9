// Alerts and requests for tests of the inbox, without the parts that a test does not care for.

import type { Alert } from '../../src/core/alert.ts';
import type { AcceptedRequest } from '../../src/store/inbox.ts';

export const startOfTestMs = Date.parse('2026-11-24T08:00:00Z');

/** Minutes after the start of the tests. */
export const minute = (minutes: number): string => new Date(startOfTestMs + minutes * 60_000).toISOString();

export function alertLike(alert: Partial<Alert> = {}): Alert {
  return {
    source: 'generic',
    fingerprint: 'cpu-high',
    status: 'firing',
    title: 'CPU is high on web-1',
    startsAt: minute(0),
    labels: {},
    annotations: {},
    entities: [],
    groupKey: 'cpu',
    links: [],
    ...alert,
  };
}

/** Received an hour after the start, unless said otherwise. */
export function requestOf(alerts: Alert[], request: Partial<AcceptedRequest> = {}): AcceptedRequest {
  const source = alerts[0]?.source ?? 'generic';
  const body = Buffer.from(JSON.stringify(alerts));
  return { source, receivedAtMs: startOfTestMs + 3_600_000, alerts, body, ...request };
}
