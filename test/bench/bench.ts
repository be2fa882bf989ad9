// What the rows share: the world, how long to measure, and looks at what Firebreak has done with its alerts.

import { sql } from 'kysely';
import { groupIdOf, incidentIdOf } from '../../src/core/ids.ts';
import { until } from '../support/until.ts';
import type { Load, LoadResult } from './children/load.ts';
import type { Firebreak } from './firebreak.ts';
import { type Alerts, groupKeyOf, webhookBody } from './payloads.ts';
import type { World } from './world.ts';

export interface Bench {
  world: World;
  isQuick: boolean;
  /** Shown while it runs. */
  progress(text: string): void;
}

/**
 * The rounds of a row after one that only warms up: as many as asked, fewer on a machine that is too busy for them.
 * `forMs` is how long all may take; one round is always measured.
 */
export function* rounds(
  { isQuick }: Bench,
  count: { quick: number; full: number },
  forMs: { quick: number; full: number },
) {
  const size = isQuick ? 'quick' : 'full';
  const endsAt = performance.now() + forMs[size];
  for (let round = 0; round <= count[size]; round += 1) {
    if (round > 1 && performance.now() > endsAt) return;
    yield { round, isWarm: round > 0 };
  }
}

/** Of the load; a rate is measured with the first, a latency with the second. */
export const busyConnections = 64;
export const calmConnections = 4;

export type Pace = Pick<Load, 'groups' | 'first' | 'cycle' | 'connections' | 'requests' | 'forMs'>;

export function sendAlerts({ load }: World, firebreak: Firebreak, alerts: Alerts, pace: Pace): Promise<LoadResult> {
  const url = `${firebreak.url}/alerts/alertmanager`;
  return load.call('send', { url, headers: firebreak.alertHeaders, body: webhookBody(alerts), ...pace });
}

/** The incident of a group, before anyone has heard of it. */
export const incidentOf = (row: string, group: number): string =>
  incidentIdOf(groupIdOf('alertmanager', groupKeyOf(row, group)), 1);

/** Until every workflow has read, and journaled, all that was accepted for it. */
export async function untilTold({ store }: Firebreak): Promise<void> {
  const isTold = async () => {
    const { rows } = await sql<{ waiting: boolean }>`
      select exists (select from incidents where closed_at is null and
        (delivered_through < last_position or (state->>'seenThrough')::bigint is distinct from last_position)) as waiting
    `.execute(store);
    return rows[0]?.waiting === false;
  };
  await until('all workflows to hear of their alerts', isTold, { withinMs: 180_000, everyMs: 50 });
}

/** Until the incidents of a row have that status. */
export async function untilStatus(
  { store }: Pick<Firebreak, 'store'>,
  ids: readonly string[],
  status: string,
): Promise<void> {
  const isSo = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from incidents where incident_id = any(${ids}::text[]) and status = ${status}
    `.execute(store);
    return rows[0]?.count === ids.length;
  };
  await until(`${ids.length} incidents to be ${status}`, isSo, { withinMs: 180_000, everyMs: 20 });
}

export const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);
