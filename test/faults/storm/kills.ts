// SIGKILL of every process in turns, in an order that the seed gives.

import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Random } from '../../support/random.ts';
import { roles, type Stack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { whyWaiting } from './why-waiting.ts';

export const victims = [...roles, 'temporal', 'postgres'] as const;
export type Victim = (typeof victims)[number];

/** So many incidents are responded to before the next turn. */
const respondedBetween = 30;

/**
 * At least one turn, in which none is spared. After each turn nothing is killed until all are up and something
 * went on, or on a busy machine nothing ever would. Adds to `killed`.
 */
export async function killUntil(stack: Stack, random: Random, killed: Victim[], isOver: () => boolean): Promise<void> {
  do {
    for (let left: Victim[] = [...victims]; left.length > 0; ) {
      const victim = random.oneOf(left);
      left = left.filter((one) => one !== victim);
      await sleep(random.between(200, 1_500));
      killed.push(victim);
      await kill(stack, victim, random.between(0, 700));
    }
    await Promise.all(Object.values(stack.processes).map((one) => one.untilReady()));
    const before = await responses(stack);
    const goesOn = async () => {
      const { responded, waiting } = await responses(stack);
      return isOver() || waiting === 0 || responded >= before.responded + respondedBetween;
    };
    await until('incidents to be responded to', goesOn, {
      withinMs: 420_000,
      everyMs: 200,
      hint: () => whyWaiting(stack),
    });
  } while (!isOver());
}

async function kill({ servers, processes }: Stack, victim: Victim, downMs: number): Promise<void> {
  if (victim !== 'temporal' && victim !== 'postgres') return processes[victim].kill();
  await servers[victim].kill();
  await sleep(downMs);
  await servers[victim].start();
}

async function responses({ store }: Stack): Promise<{ responded: number; waiting: number }> {
  const counted = await sql<{ responded: number; waiting: number }>`
    select count(*) filter (where status in ('recovery', 'dismissed')) as responded,
      count(*) filter (where status not in ('recovery', 'dismissed')) as waiting from incidents`.execute(store);
  return counted.rows[0] ?? { responded: 0, waiting: 0 };
}
