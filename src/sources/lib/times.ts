// Reads times of alerts. ISO-8601 in UTC with milliseconds comes out; the rest of Firebreak sees nothing else.

import { MalformedAlert } from '../source.ts';

// RFC 3339, with any number of decimals: Go writes up to nine. Suricata, Wazuh and CloudWatch leave out the colon of the
// offset.
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/i;

/** Go's zero time, which Alertmanager and Grafana send for "not yet". */
const zeroTime = /^0001-01-01T00:00:00(\.0+)?Z$/;

/** Undefined when absent, null, empty or Go's zero time. Throws MalformedAlert for what is no time from 1970 on. */
export function readTime(value: string | null | undefined, place: string): string | undefined {
  if (value === undefined || value === null || value === '' || zeroTime.test(value)) return undefined;
  const ms = timestamp.test(value) ? Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : Number.NaN;
  if (Number.isNaN(ms) || ms < 0) {
    throw new MalformedAlert(
      place,
      `found ${JSON.stringify(value.slice(0, 60))}; it must be an RFC 3339 time from 1970 on, as 2026-11-24T07:30:00Z`,
    );
  }
  return new Date(ms).toISOString();
}

// 1973 in milliseconds, 5138 in seconds.
const leastMs = 100_000_000_000;

/** Unix time in seconds or milliseconds, as number or digits; undefined for anything else. */
export function timeOfEpoch(value: unknown): string | undefined {
  const number = typeof value === 'string' && /^\d{1,15}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !(number > 0) || number > 9e15) return undefined;
  const date = new Date(number < leastMs ? number * 1_000 : number);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
