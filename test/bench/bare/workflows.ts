// The floors: the least that Temporal's SDK does for the same work, written as its samples are.

import { condition, defineSignal, proxyActivities, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { BareActivities } from './activities.ts';
import { goOn } from './go-on.ts';

export { bareIncident } from './incident.ts';

const local = proxyLocalActivities<BareActivities>({ scheduleToCloseTimeout: '30s' });
const ordinary = proxyActivities<BareActivities>({ startToCloseTimeout: '30s' });

/** As many local activities as an incident needs, before and after its alerts resolve. */
export async function localWrites({ id, before, after }: { id: string; before: number; after: number }): Promise<void> {
  let mayGoOn = false;
  setHandler(goOn, () => {
    mayGoOn = true;
  });
  for (let n = 1; n <= before; n += 1) await local.write(`${id}/${n}`);
  await condition(() => mayGoOn);
  for (let n = 1; n <= after; n += 1) await local.write(`${id}/${before + n}`);
}

export async function twoActivities(id: string): Promise<void> {
  await ordinary.write(`${id}/1`);
  await ordinary.actAndWrite(`${id}/2`);
}

/** What a playbook of ten steps does. */
export async function tenActivities(id: string): Promise<void> {
  for (let n = 1; n <= 10; n += 1) await ordinary.actAndWrite(`${id}/${n}`);
}

export const add = defineSignal<[number]>('add');

/** Takes one signal for each alert. */
export async function counter(expected: number): Promise<number> {
  let count = 0;
  setHandler(add, () => {
    count += 1;
  });
  await condition(() => count >= expected);
  return count;
}
