// Random playbooks while their workers die at random: what is done to the target is what the same playbooks do undisturbed.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { IncidentDetail } from '../../src/contract/api/index.ts';
import { randomFrom } from '../support/random.ts';
import { untilSettled } from './invariants.ts';
import { randomPlaybook } from './random-playbook.ts';
import { type StartedWorld, startWorld } from './world.ts';

vi.setConfig({ testTimeout: 600_000 });

const seed = Number(process.env.FAULT_SEED ?? 20_261_124);
const count = 6;
const numbers = Array.from({ length: count }, (_, number) => number);
const playbooks = Object.fromEntries(numbers.map((number) => [`random-${number}`, randomPlaybook(seed + number)]));

let world: StartedWorld;
beforeAll(async () => {
  world = await startWorld({ playbooks });
}, 180_000);
afterAll(() => world?.close());

/** What was done and how every step ended, by playbook. */
async function play(name: string): Promise<Record<string, unknown>> {
  const opened = await Promise.all(
    numbers.map(async (number) => {
      const alerts = { group: `${name} ${number}`, kind: `random-${number}`, names: ['a'] } as const;
      const [id = ''] = await world.alertmanager.send({ ...alerts, status: 'firing' });
      await world.alertmanager.send({ ...alerts, status: 'resolved' });
      return { id, number };
    }),
  );
  await untilSettled(
    world,
    opened.map(({ id }) => id),
    240_000,
  );
  const runs = await world.target.runs();
  const told = await Promise.all(
    opened.map(async ({ id, number }) => {
      const { flow, status } = await world.people.api.get<IncidentDetail>(`/api/incidents/${id}`);
      const done = runs
        .filter(({ key }) => key.startsWith(`${id}/`))
        .map(({ what, key }) => `${what} ${key.slice(id.length)}`);
      const steps = flow.map((step) => `${step.id} ${step.status} ${step.attempt}`);
      return [`random-${number}`, { status, done: done.sort(), steps }];
    }),
  );
  return Object.fromEntries(told);
}

test(`random playbooks do the same while their workers die (FAULT_SEED=${seed})`, async () => {
  const undisturbed = await play('undisturbed');
  let isOver = false;
  const random = randomFrom(seed);
  let kills = 0;
  const killing = (async () => {
    while (!isOver) {
      await sleep(random.between(300, 1_500));
      if (isOver) return;
      await world.stack.processes[random.oneOf(['incident', 'incident', 'containment'] as const)].kill();
      kills += 1;
    }
  })();
  const playing = play('disturbed').finally(() => {
    isOver = true;
  });
  await sleep(8_000);
  isOver = true;
  const [disturbed] = await Promise.all([playing, killing]);
  expect(kills).toBeGreaterThan(3);
  expect(disturbed).toEqual(undisturbed);
  const all = JSON.stringify(undisturbed);
  for (const kind of ['apply ', 'undo ', 'failed 2', 'undone']) expect(all, 'the seed says too little').toContain(kind);
});
