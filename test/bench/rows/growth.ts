// What an alert and an incident cost when the store has seen many incidents, beside few: two Firebreaks on the same
// servers, asked in turn.

import { type Bench, busyConnections, rounds, sendAlerts, untilTold } from '../bench.ts';
import type { Firebreak } from '../firebreak.ts';
import { atMost, figure, type Row } from '../report.ts';
import { median } from '../statistics.ts';
import { completeIncidents } from './incidents.ts';

/** More than this is not noise. */
const mostGrowth = 1.25;

export async function growthRows(
  bench: Bench,
  grown: Firebreak,
  sizes: { small: number; grown: number },
): Promise<Row[]> {
  const { world, isQuick, progress } = bench;
  const count = isQuick ? 15 : 100;
  const accept = { small: [] as number[], grown: [] as number[] };
  const complete = { small: [] as number[], grown: [] as number[] };
  for (const { round, isWarm } of rounds(bench, { quick: 2, full: 6 }, { quick: 6_000, full: 80_000 })) {
    progress(`growth, round ${round}`);
    for (const [name, firebreak] of [
      ['small', world.main],
      ['grown', grown],
    ] as const) {
      const acceptedUs = await costOfAccepting(bench, firebreak, round);
      const { seconds } = await completeIncidents(world, firebreak, count);
      if (!isWarm) continue;
      accept[name].push(acceptedUs);
      complete[name].push((seconds * 1_000) / count);
    }
  }
  const row = (what: string, unit: string, costs: typeof accept): Row => ({
    name: `cost of ${what}, ${figure(sizes.grown)} incidents in the store`,
    unit,
    value: median(costs.grown),
    floor: median(costs.small),
    beside: `${sizes.small} incidents`,
    goal: atMost('ratio', mostGrowth),
  });
  return [row('an alert accepted', 'µs', accept), row('an incident completed', 'ms', complete)];
}

async function costOfAccepting({ world, isQuick }: Bench, firebreak: Firebreak, round: number): Promise<number> {
  const alerts = { kind: 'plain', count: 1, row: 'growth' } as const;
  const pace = { groups: 10, first: round * 1_000_000, connections: busyConnections, forMs: isQuick ? 400 : 1_500 };
  const { answered, seconds } = await sendAlerts(world, firebreak, alerts, pace);
  await untilTold(firebreak);
  return (seconds * 1e6) / answered;
}
