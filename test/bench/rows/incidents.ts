// Whole incidents per second, an alert each: fired, triaged, resolved, reported, closed. Beside the bare SDK that runs the
// same local activities on as many incidents in a store of its own, and, for taking the alerts alone, beside a bare loop of workflow.start.

import { type Bench, busyConnections, incidentOf, range, rounds, sendAlerts, untilStatus } from '../bench.ts';
import type { Firebreak } from '../firebreak.ts';
import { atLeast, type Row } from '../report.ts';
import { median } from '../statistics.ts';
import type { World } from '../world.ts';

/** Each request is a group of its own. */
const groups = 1_000_000;
const bareAtOnce = 100;
/** Numbers below it were used. */
let next = 0;

export async function incidentRows(bench: Bench): Promise<Row[]> {
  const { world, isQuick } = bench;
  const count = isQuick ? 40 : 250;
  const accepted: number[] = [];
  const completed: number[] = [];
  const started: number[] = [];
  const completedBare: number[] = [];
  for (const { round, isWarm } of rounds(bench, { quick: 2, full: 4 }, { quick: 5_000, full: 90_000 })) {
    bench.progress(`incidents completed, round ${round}`);
    const firebreak = await completeIncidents(world, world.main, count);
    const loop = await world.sdk.call('startLoop', { count, atOnce: bareAtOnce });
    const bare = await world.sdk.call('completeIncidents', { count, atOnce: bareAtOnce });
    if (!isWarm) continue;
    accepted.push(count / firebreak.acceptSeconds);
    completed.push(count / firebreak.seconds);
    started.push(count / loop.seconds);
    completedBare.push(count / bare.seconds);
  }
  return [
    {
      name: 'alerts accepted, each opens an incident',
      unit: '/s',
      value: median(accepted),
      floor: median(started),
      beside: 'workflow.start',
      goal: atLeast('ratio', 1),
    },
    {
      name: 'incidents completed',
      unit: '/s',
      value: median(completed),
      floor: median(completedBare),
      beside: 'bare SDK, the same activities',
      goal: atLeast('ratio', 0.8),
    },
  ];
}

/** From the first alert to the last incident closed; all alerts resolve when all incidents wait for that. */
export async function completeIncidents(
  world: World,
  firebreak: Firebreak,
  count: number,
): Promise<{ acceptSeconds: number; seconds: number }> {
  const first = next;
  next += count;
  const alerts = { kind: 'plain', count: 1, row: 'whole' } as const;
  const pace = { groups, first, requests: count, connections: busyConnections };
  const ids = range(first, count).map((n) => incidentOf(alerts.row, n));
  const startedAt = performance.now();
  const { seconds: acceptSeconds } = await sendAlerts(world, firebreak, alerts, pace);
  await untilStatus(firebreak, ids, 'recovery');
  await sendAlerts(world, firebreak, { ...alerts, status: 'resolved' }, pace);
  await untilStatus(firebreak, ids, 'closed');
  return { acceptSeconds, seconds: (performance.now() - startedAt) / 1_000 };
}
