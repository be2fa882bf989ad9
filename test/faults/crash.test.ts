// SIGKILL of the process that comes to a site, at every named site of the way of an alert.

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { faultSites } from '../../src/fault-sites.ts';
import type { Role } from '../support/stack.ts';
import { auditVerdict, untilSettled, violations } from './invariants.ts';
import { scenarios } from './scenarios.ts';
import { type StartedWorld, startWorld } from './world.ts';

// Each process dies at one site after the other, the processes beside each other, and incidents recover meanwhile.
vi.setConfig({ maxConcurrency: faultSites.length, testTimeout: 600_000 });

let world: StartedWorld;
beforeAll(async () => {
  world = await startWorld();
}, 180_000);
afterAll(() => world?.close());

const turns = new Map<Role, Promise<void>>();

function takeTurn(role: Role, work: () => Promise<void>): Promise<void> {
  const turn = (turns.get(role) ?? Promise.resolve()).then(work);
  turns.set(
    role,
    turn.catch(() => {}),
  );
  return turn;
}

describe.concurrent('a crash at', () => {
  test.for(faultSites)('%s loses nothing and repeats nothing', async (site, { expect }) => {
    const { role, kind, besideOpen, atStart } = scenarios[site];
    const { faults, processes, tails } = world.stack;
    const common = { service: `at-${site}`, ip: `203.0.113.${faultSites.indexOf(site) + 1}` };
    const older = { ...common, group: `${site} older`, kind: 'run', names: ['a'] } as const;
    const incidents = new Set<string>();
    const send = async (names: string[], status: 'firing' | 'resolved') => {
      for (const id of await world.alertmanager.send({ ...common, group: site, kind, names, status }))
        incidents.add(id);
    };

    await takeTurn(role, async () => {
      if (besideOpen) for (const id of await world.alertmanager.send({ ...older, status: 'firing' })) incidents.add(id);
      await faults.arm(site, 'kill');
      if (atStart) await processes[role].kill();
      const first = send(['a', 'b'], 'firing');
      await faults.untilHit(site, { withinMs: 240_000, hint: tails });
      await first;
      // While the process is away, or just back.
      await send(['b', 'c'], 'firing');
      await send(['a', 'b', 'c'], 'resolved');
      if (besideOpen) await world.alertmanager.send({ ...older, status: 'resolved' });
      await processes[role].untilReady();
    });
    await untilSettled(world, [...incidents]);
    expect(await violations(world, [...incidents])).toEqual([]);
  });
});

test('afterwards the audit log verifies', async () => {
  const { ok, said } = await auditVerdict(world.stack);
  expect(ok, said).toBe(true);
});
