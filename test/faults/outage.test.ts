// SIGKILL of Temporal and of Postgres while a process stands at every site. All go on without the server, then it is back.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type FaultSite, faultSites } from '../../src/fault-sites.ts';
import { until } from '../support/until.ts';
import type { AlertsOfGroup } from './alertmanager.ts';
import { auditVerdict, untilSettled, violations } from './invariants.ts';
import type { Kind } from './response-plan.ts';
import { type StartedWorld, startWorld } from './world.ts';

vi.setConfig({ testTimeout: 600_000 });

let world: StartedWorld;
let incidents: Set<string>;
beforeAll(async () => {
  world = await startWorld();
}, 180_000);
afterAll(() => world?.close());

/** Standing there keeps every alert from being stored, so they come last; and people wait for an answer to a decision. */
const blocking: FaultSite[] = ['gateway.before-commit', 'gateway.after-commit'];
const ofDecisions: FaultSite[] = ['command.before-update', 'command.after-update'];
const first: FaultSite[] = ['action.after-apply'];
const atStart: FaultSite[] = ['checkpoint.before-file', 'checkpoint.after-file'];
const others = faultSites.filter((site) => ![...first, ...blocking, ...ofDecisions, ...atStart].includes(site));

let batches = 0;
const sending = new Set<Promise<void>>();

/** One incident of each kind; whatever they come to first, they stand still there. */
function sendSome(kinds: readonly Kind[]): void {
  batches += 1;
  for (const kind of kinds) {
    const group = { group: `outage ${batches} ${kind}`, kind, service: `service-${batches}` };
    const sent = sendBoth({ ...group, names: ['a', 'b'], ip: `203.0.113.${(batches % 250) + 1}` });
    sending.add(sent);
    void sent.finally(() => sending.delete(sent));
  }
}

async function sendBoth(alerts: Omit<AlertsOfGroup, 'status'>): Promise<void> {
  for (const status of ['firing', 'resolved'] as const) {
    for (const id of await world.alertmanager.send({ ...alerts, status })) incidents.add(id);
  }
}

async function standAt(sites: readonly FaultSite[], kinds: readonly Kind[]): Promise<void> {
  for (const site of sites) await world.stack.faults.arm(site, 'hold');
  let sentAt = 0;
  await until(
    `processes to stand at ${sites.join(', ')}`,
    () => {
      if (sites.every((site) => world.stack.faults.isHit(site))) return true;
      if (Date.now() - sentAt > 1_000) {
        sentAt = Date.now();
        sendSome(kinds);
      }
      return false;
    },
    {
      withinMs: 120_000,
      hint: async () =>
        `not at ${sites.filter((site) => !world.stack.faults.isHit(site)).join()}\n${await world.stack.tails()}`,
    },
  );
}

/** Every process lived on, so that each knows what it did. */
async function unknownEffects(): Promise<string[]> {
  const rows = await world.stack.store
    .selectFrom('effects')
    .select(['key', 'outcome'])
    .where('incident_id', 'in', [...incidents])
    .execute();
  return rows.filter(({ outcome }) => outcome?.state === 'unknown').map(({ key }) => key);
}

describe('while a process stands at every site', () => {
  for (const name of ['temporal', 'postgres'] as const) {
    test(`${name} is killed, all go on without it, and it is started again: nothing is lost, nothing repeated`, async () => {
      incidents = new Set();
      const { faults, processes } = world.stack;
      await faults.arm(name === 'temporal' ? 'checkpoint.before-file' : 'checkpoint.after-file', 'hold');
      await processes.incident.kill();
      // Nobody could tell later whether this one was applied: whoever did must not forget it.
      await standAt(['action.after-apply'], ['blind']);
      await standAt(others, ['dismiss', 'run', 'ask', 'undo', 'hold', 'merge']);
      await standAt(ofDecisions, ['ask']);
      await standAt(['gateway.before-commit'], ['run']);
      await goOnWithout(name, ['gateway.before-commit']);
      await standAt(['gateway.after-commit'], ['run']);
      await goOnWithout(name, faultSites);
      await Promise.all(sending);
      await untilSettled(world, [...incidents]);
      expect(await violations(world, [...incidents])).toEqual([]);
      expect(await unknownEffects()).toEqual([]);
      const { ok, said } = await auditVerdict(world.stack);
      expect(ok, said).toBe(true);
    });
  }
});

async function goOnWithout(name: 'temporal' | 'postgres', sites: readonly FaultSite[]): Promise<void> {
  const server = world.stack.servers[name];
  await server.kill();
  for (const site of sites) await world.stack.faults.release(site);
  await sleep(700);
  await server.start();
}
