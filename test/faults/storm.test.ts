// Twenty thousand mixed alerts of fourteen tools over HTTP, with repeats, flaps, ends before beginnings, silences,
// inhibition and thresholds, while any process may die at any moment. Afterwards each alert is in exactly one incident or
// one stated suppression, as an independent oracle says, and each incident's workflow has heard of each change once.

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { randomFrom } from '../support/random.ts';
import { auditVerdict, violations } from './invariants.ts';
import { untilAtRest } from './storm/at-rest.ts';
import { Cell } from './storm/cell.ts';
import { differences } from './storm/differences.ts';
import { formats } from './storm/formats.ts';
import { killUntil, type Victim, victims } from './storm/kills.ts';
import { stormPlan } from './storm/plan.ts';
import { Responders } from './storm/responders.ts';
import { Reviews } from './storm/reviews.ts';
import { Senders } from './storm/senders.ts';
import { type StartedWorld, startWorld } from './world.ts';

vi.setConfig({ testTimeout: 1_200_000 });

const seed = Number(process.env.FAULT_SEED ?? 20_261_124);
const alerts = 20_000;
const cellCount = 20;

let world: StartedWorld;
beforeAll(async () => {
  world = await startWorld(stormPlan);
}, 180_000);
afterAll(() => world?.close());

test(`whatever dies while 20,000 alerts come: each is where the oracle says, once (FAULT_SEED=${seed})`, async () => {
  const { stack } = world;
  const size = { seed, findings: 60, messages: alerts / cellCount, nowMs: Date.now() };
  const cells = Array.from({ length: cellCount }, (_, number) => new Cell(number, size));
  const [senders, reviews, responders] = [await Senders.of(stack), new Reviews(stack.store), new Responders(world)];
  for (const { cluster } of cells) await responders.silence(cluster);

  const killed: Victim[] = [];
  let isSent = false;
  const sending = Promise.all(cells.map((cell) => cell.run({ senders, reviews, responders }))).finally(() => {
    isSent = true;
  });
  await Promise.all([sending, killUntil(stack, randomFrom(seed), killed, () => isSent)]);
  await untilAtRest(stack);

  const hint = `killed: ${killed.join(' ')}; tries without an answer: ${senders.failures}`;
  const { found, seen, incidentIds } = await differences(stack, cells);
  // As text: a list is cut where it is shown.
  expect(found.join('\n'), hint).toBe('');
  expect(await violations(world, incidentIds), hint).toEqual([]);
  expect(await stack.store.selectFrom('quarantine').select('problem').limit(3).execute(), hint).toEqual([]);
  const { ok, said } = await auditVerdict(stack);
  expect(ok, `${said}\n${hint}`).toBe(true);

  // Or nothing was tried.
  expect(cells.reduce((sum, { sent }) => sum + sent, 0)).toBe(alerts);
  expect(new Set(cells.flatMap((cell) => cell.sources()))).toEqual(new Set(Object.keys(formats)));
  expect(new Set(killed)).toEqual(new Set(victims));
  expect(senders.failures).toBeGreaterThan(0);
  for (const place of ['incident', 'late', 'resolved_unseen', 'silenced', 'inhibited', 'flapping', 'below_threshold']) {
    expect(seen.get(place) ?? 0, place).toBeGreaterThan(5);
  }
});
