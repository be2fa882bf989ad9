import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { containmentActivities } from '../../activities/containment.ts';
import { defineAction } from '../../src/actions/action.ts';
import { noTargets } from '../../src/actions/targets.ts';
import { decide } from '../../src/approvals/decide.ts';
import { decisionSigner, decisionVerifier, newDecisionKeys } from '../../src/approvals/keys.ts';
import { requestApproval } from '../../src/approvals/lifecycle.ts';
import type { ApplyInput, UndoInput } from '../../src/contract/activities.ts';
import type { ActionOutcome } from '../../src/core/action-outcome.ts';
import { approvalIdOf, containmentIdOf } from '../../src/core/ids.ts';
import type { PlannedStep } from '../../src/core/incident/plan.ts';
import type { BlastRadiusLimit } from '../../src/core/plan/guards.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { alertLike, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { plannedStep } from '../workflows/world.ts';

const now = new Date('2026-11-24T10:00:00.000Z');
const expiresAt = '2026-11-24T14:00:00.000Z';
const keys = newDecisionKeys();
/** What the world has: the only thing that the action changes. */
const world = new Set<string>();

const lock = defineAction({
  name: 'lock',
  title: 'Lock a door',
  kind: 'containment',
  risk: 'medium',
  params: z.strictObject({ door: z.string() }),
  timeoutMs: 5_000,
  idempotent: true,
  target: ({ door }) => `door:${door}`,
  describe: ({ door }) => `Lock door ${door}`,
  refuse: ({ door }) => (door === 'exit' ? { code: 'protected', reason: 'People must get out' } : undefined),
  live: () => true,
  apply: async ({ door }) => {
    world.add(door);
    return { detail: `Locked ${door}`, evidence: { door } };
  },
  verify: async ({ door }) =>
    world.has(door) ? { state: 'applied', detail: 'It is locked' } : { state: 'absent', detail: 'It is open' },
  undo: async ({ door }) => {
    world.delete(door);
    return { detail: `Opened ${door}`, evidence: null };
  },
});

let db: FreshDatabase;
let incidentId = '';
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());
let count = 0;
/** One for each test, as what holds a door outlives a test. */
const door = () => `a${count}`;
beforeEach(async () => {
  count += 1;
  world.clear();
  const [result] = await acceptAlerts(db.store, [
    requestOf([alertLike({ groupKey: `g${count}`, fingerprint: `f${count}` })]),
  ]);
  incidentId = result?.opened[0] ?? '';
});

const activities = (decisionKey = decisionVerifier(keys.publicKey), blastRadius: BlastRadiusLimit[] = []) =>
  containmentActivities({
    store: db.store,
    actions: new Map([['lock', lock]]),
    targets: noTargets,
    guards: () => ({
      protected: { cidrs: [], hosts: [], users: [], services: [] },
      widestPrefix: { ipv4: 24, ipv6: 64 },
    }),
    blastRadius: () => blastRadius,
    decisionKey,
    now: () => now,
  });

const step = (overrides: Partial<PlannedStep> = {}) =>
  plannedStep({
    id: 'lock',
    action: 'lock',
    params: { door: door() },
    target: `door:${door()}`,
    level: 'approve',
    ...overrides,
  });

const inputOf = (planned: PlannedStep, approvalId: string | null): ApplyInput => ({
  incidentId,
  step: planned,
  attempt: 1,
  planDigest: 'd1',
  approvalId,
  requestedBy: planned.requestedBy,
  containmentId: containmentIdOf(incidentId, planned.id),
  expiresAt,
});

const apply = (input: ApplyInput, using = activities()): Promise<ActionOutcome> =>
  new MockActivityEnvironment().run(using.applyAction, input);

/** Asks for exactly this step and has these people decide. */
async function approved(planned: PlannedStep, actors = ['key:ana'], decision: 'approve' | 'reject' = 'approve') {
  const approvalId = approvalIdOf(incidentId, planned.id, 1);
  const { action, target, params, mode, holdMs } = planned;
  const subject = { incidentId, stepId: planned.id, action, target, params, mode, holdMs, planDigest: 'd1', expiresAt };
  const { quorum, roles } = planned.approval;
  const at = now.toISOString();
  const request = { approvalId, subject, title: planned.title, requestedBy: planned.requestedBy, quorum, roles, at };
  const { digest } = await requestApproval(db.store, request);
  for (const actor of actors) {
    const input = { approvalId, digest, decision, reason: null, actor, role: 'responder', at };
    await decide(db.store, decisionSigner(keys.privateKey), input);
  }
  return approvalId;
}

const audited = async () =>
  (
    await db.store
      .selectFrom('audit_entries')
      .select(['kind', 'body'])
      .where('incident_id', '=', incidentId)
      .orderBy('seq')
      .execute()
  ).map(({ kind, body }) => ({ kind, data: JSON.parse(body).data }));

describe('the privileged worker', () => {
  test('does what was approved, writes its intent first, and has the containment on record', async () => {
    const planned = step();
    const outcome = await apply(inputOf(planned, await approved(planned)));
    expect(outcome.state).toBe('applied');
    expect([...world]).toEqual([door()]);
    const kinds = (await audited()).map(({ kind }) => kind);
    expect(kinds.indexOf('action_intent')).toBeLessThan(kinds.indexOf('action_outcome'));
    const rows = await db.store.selectFrom('containments').selectAll().where('incident_id', '=', incidentId).execute();
    expect(rows).toMatchObject([{ status: 'held', target: `door:${door()}` }]);
  });

  test('does it once, however often it is asked', async () => {
    const planned = step();
    const input = inputOf(planned, await approved(planned));
    const first = await apply(input);
    world.clear();
    expect(await apply(input)).toEqual(first);
    expect(world.size).toBe(0);
  });

  test('does nothing without an approval, and says so on the audit log', async () => {
    const outcome = await apply(inputOf(step(), null));
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'approval_missing' } });
    expect(world.size).toBe(0);
    expect((await audited()).at(-1)).toMatchObject({ kind: 'action_outcome', data: { outcome: { state: 'refused' } } });
  });

  test('does nothing else than what was approved', async () => {
    const approvalId = await approved(step());
    const other = step({ params: { door: 'b' }, target: 'door:b' });
    expect(await apply(inputOf(other, approvalId))).toMatchObject({ refusal: { code: 'digest_mismatch' } });
    expect(world.size).toBe(0);
  });

  test.each([
    [
      'by too few people',
      { approval: { quorum: 2, roles: ['responder'], expiresAfterMs: 1, remindAfterMs: null } },
      ['key:ana'],
    ],
    ['by the one who asked', { requestedBy: 'key:ana' }, ['key:ana']],
  ])('does nothing that was approved %s', async (_, overrides, actors) => {
    const planned = step(overrides);
    expect((await apply(inputOf(planned, await approved(planned, actors)))).state).toBe('refused');
    expect(world.size).toBe(0);
  });

  test('believes no approval that only the database claims', async () => {
    const planned = step();
    const approvalId = await approved(planned, []);
    await db.store.updateTable('approvals').set({ status: 'approved' }).where('approval_id', '=', approvalId).execute();
    expect((await apply(inputOf(planned, approvalId))).state).toBe('refused');
    expect(world.size).toBe(0);
  });

  test('believes no decision that was signed by another key, or changed afterwards', async () => {
    const planned = step();
    const approvalId = await approved(planned);
    const stranger = activities(decisionVerifier(newDecisionKeys().publicKey));
    expect(await apply(inputOf(planned, approvalId), stranger)).toMatchObject({ refusal: { code: 'bad_signature' } });

    const changed = step({ id: 'other' });
    const rejected = await approved(changed, ['key:ana'], 'reject');
    await db.store.updateTable('decisions').set({ decision: 'approve' }).where('approval_id', '=', rejected).execute();
    expect(await apply(inputOf(changed, rejected))).toMatchObject({ refusal: { code: 'bad_signature' } });
    expect(world.size).toBe(0);
  });

  test('asks the guards again, although it was approved', async () => {
    const planned = step({ params: { door: 'exit' }, target: 'door:exit' });
    expect(await apply(inputOf(planned, await approved(planned)))).toMatchObject({ refusal: { code: 'protected' } });
    expect(world.size).toBe(0);
  });

  test('undoes by the same key, and leaves what another containment still holds', async () => {
    const planned = step({ level: 'auto' });
    const twice = step({ id: 'again', level: 'auto' });
    await apply(inputOf(planned, null));
    await apply(inputOf(twice, null));
    const undo = (stepId: string) => {
      const key = `${incidentId}/${stepId}`;
      const input: UndoInput = {
        incidentId,
        key,
        action: 'lock',
        params: { door: door() },
        mode: 'live',
        reason: 'over',
      };
      return new MockActivityEnvironment().run(activities().undoAction, input);
    };
    expect(await undo('lock')).toMatchObject({ state: 'undone', stillHeldBy: [`${incidentId}/again`] });
    expect([...world]).toEqual([door()]);
    expect(await undo('again')).toMatchObject({ state: 'undone' });
    expect(world.size).toBe(0);
  });
});

describe('the blast radius', () => {
  const doors = (limits: BlastRadiusLimit[], names: string[]) =>
    Promise.all(
      names.map((name) => {
        const target = `${door()}-${name}`;
        const planned = step({ id: `lock-${name}`, level: 'auto', params: { door: target }, target: `door:${target}` });
        return apply(inputOf(planned, null), activities(undefined, limits));
      }),
    );
  const codes = (outcomes: ActionOutcome[]) =>
    outcomes.map((outcome) => (outcome.state === 'refused' ? outcome.refusal.code : outcome.state)).sort();

  test('ends what one incident may touch, exactly, also when all come at once', async () => {
    const outcomes = await doors(
      [{ name: 'doors', kinds: ['containment'], per_incident: 3 }],
      ['a', 'b', 'c', 'd', 'e'],
    );
    expect(codes(outcomes)).toEqual([
      'applied',
      'applied',
      'applied',
      'blast_radius_incident',
      'blast_radius_incident',
    ]);
    expect(world.size).toBe(3);
    const refused = outcomes.find(({ state }) => state === 'refused');
    expect(refused?.detail).toBe(
      'Refused: guards.yaml (doors) lets one incident touch 3 targets; this would be the next',
    );
  });

  test('ends what all incidents may touch within an hour, and counts only what the limit speaks of', async () => {
    const { rows } = await sql<{ n: number }>`select count(distinct target)::int as n from effects
      where role = 'apply' and mode = 'live' and intent_at is not null`.execute(db.store);
    const before = rows[0]?.n ?? 0;
    expect(before).toBeGreaterThan(2);
    const other: BlastRadiusLimit = { name: 'others', actions: ['block_ip'], per_hour: 1 };
    expect(codes(await doors([other], ['f']))).toEqual(['applied']);
    expect(codes(await doors([{ name: 'all', per_hour: before + 2 }], ['g']))).toEqual(['applied']);
    expect(codes(await doors([{ name: 'all', per_hour: before + 2 }], ['h']))).toEqual(['blast_radius_hour']);
  });

  test('does not count the same target twice, nor keep it from being touched again', async () => {
    const limit: BlastRadiusLimit = { name: 'doors', per_incident: 1 };
    expect(codes(await doors([limit], ['i']))).toEqual(['applied']);
    const same = step({ id: 'again', level: 'auto', params: { door: `${door()}-i` }, target: `door:${door()}-i` });
    expect((await apply(inputOf(same, null), activities(undefined, [limit]))).state).toBe('applied');
  });
});
