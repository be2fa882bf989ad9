// Twenty seconds in which alerts, decisions and lifts come while any process may die at any moment.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Containment } from '../../src/contract/api/index.ts';
import { Answered } from '../support/api.ts';
import { type Random, randomFrom } from '../support/random.ts';
import { roles } from '../support/stack.ts';
import { auditVerdict, untilSettled, violations } from './invariants.ts';
import type { Kind } from './response-plan.ts';
import { type StartedWorld, startWorld } from './world.ts';

vi.setConfig({ testTimeout: 600_000 });

const seed = Number(process.env.FAULT_SEED ?? 20_261_124);
const lastsMs = 20_000;
const kinds: Kind[] = ['dismiss', 'run', 'ask', 'hold', 'keep', 'undo', 'merge', 'blind'];

let world: StartedWorld;
beforeAll(async () => {
  world = await startWorld();
}, 180_000);
afterAll(() => world?.close());

// One for each, so that the same seed kills the same, whatever is slower this time.
const [toSend, toLift, toKill] = [randomFrom(seed), randomFrom(seed + 1), randomFrom(seed + 2)];
const incidents = new Set<string>();
const killed: string[] = [];

async function until(isOver: () => boolean, random: Random, betweenMs: [number, number], work: () => Promise<void>) {
  while (!isOver()) {
    await work();
    await sleep(random.between(...betweenMs));
  }
}

/** Alerts of one group, which fire one after the other, perhaps flap, and in the end are all resolved. */
async function sendGroup(number: number): Promise<void> {
  const random = randomFrom(seed + number);
  const kind = random.oneOf(kinds);
  const group = {
    group: `random ${number}`,
    kind,
    service: `service-${number % 5}`,
    ip: `203.0.113.${(number % 250) + 1}`,
  };
  const names = ['a', 'b', 'c', 'd'].slice(0, random.between(1, 4));
  const send = async (some: readonly string[], status: 'firing' | 'resolved') => {
    for (const id of await world.alertmanager.send({ ...group, names: some, status })) incidents.add(id);
  };
  for (const name of names) {
    await send([name], 'firing');
    await sleep(random.between(0, 400));
  }
  // As Alertmanager repeats what fires on.
  await send(names, 'firing');
  await sleep(random.between(0, 1_000));
  await send(names, 'resolved');
}

async function lift(): Promise<void> {
  const { items } = await world.people.api.get<{ items: Containment[] }>('/api/containments?status=held&limit=50');
  const held = items.filter(({ expiresAt }) => Date.parse(expiresAt) - Date.now() > 60_000);
  for (const { id } of held) {
    await world.people.change(id, 'lift', { reason: 'at random' }).catch((error) => {
      if (!(error instanceof Answered)) throw error;
    });
  }
}

async function kill(): Promise<void> {
  const victim = toKill.oneOf([...roles, ...roles, 'temporal', 'postgres'] as const);
  killed.push(victim);
  if (victim === 'temporal' || victim === 'postgres') {
    const server = world.stack.servers[victim];
    await server.kill();
    await sleep(toKill.between(0, 1_000));
    await server.start();
  } else await world.stack.processes[victim].kill();
}

test(`whatever dies, and whenever: nothing is lost, nothing repeated (FAULT_SEED=${seed})`, async () => {
  const endAtMs = Date.now() + lastsMs;
  const isLate = () => Date.now() > endAtMs;
  const groups: Promise<void>[] = [];
  let isSettled = false;
  const lifting = until(() => isSettled, toLift, [1_500, 2_500], lift);
  await Promise.all([
    until(isLate, toSend, [300, 700], async () => void groups.push(sendGroup(groups.length))),
    until(isLate, toKill, [500, 2_000], kill),
  ]);
  await Promise.all(groups);
  await untilSettled(world, [...incidents], 240_000);
  isSettled = true;
  await lifting;
  const hint = `killed: ${killed.join(' ')}`;
  expect(await violations(world, [...incidents]), hint).toEqual([]);
  const { ok, said } = await auditVerdict(world.stack);
  expect(ok, `${said}\n${hint}`).toBe(true);
});
