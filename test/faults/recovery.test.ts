// What was lost in Temporal, and what people set right: on real servers, through the real API.

import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Containment, IncidentDetail } from '../../src/contract/api/index.ts';
import { containmentWorkflowId, incidentWorkflowId } from '../../src/contract/names.ts';
import { sweep } from '../../src/service/sweeper.ts';
import { Answered } from '../support/api.ts';
import { until } from '../support/until.ts';
import { auditVerdict, untilSettled, violations, whyOpen } from './invariants.ts';
import type { Kind } from './response-plan.ts';
import { type StartedWorld, startWorld } from './world.ts';

vi.setConfig({ testTimeout: 300_000 });

let world: StartedWorld;
beforeAll(async () => {
  world = await startWorld();
}, 180_000);
afterAll(() => world?.close());

let groups = 0;

/** An incident with its alert `a` firing, and ways to go on with it. */
async function openIncident(kind: Kind, status: 'firing' | 'resolved' = 'firing') {
  groups += 1;
  const alerts = { group: `recovery ${groups}`, kind, ip: `203.0.113.${groups}` };
  const tell = (names: string[], told: 'firing' | 'resolved') =>
    world.alertmanager.send({ ...alerts, names, status: told });
  const [id = ''] = await tell(['a'], 'firing');
  if (status === 'resolved') await tell(['a'], 'resolved');
  const show = () => world.people.api.get<IncidentDetail>(`/api/incidents/${id}`);
  return {
    id,
    fires: (...names: string[]) => tell(names, 'firing'),
    resolves: (...names: string[]) => tell(names, 'resolved'),
    show,
    untilStatus: (wanted: IncidentDetail['status']) =>
      until(`${id} to be ${wanted}`, async () => (await show()).status === wanted),
    untilSeen: (position: number) =>
      until(`${id} to have seen ${position} changes`, async () => (await stateOf(id))?.seenThrough === position, {
        withinMs: 40_000,
        hint: async () => `${await whyOpen(world, [id])}\n${await world.stack.tails()}`,
      }),
    /** Its row says so just before its workflow exists. */
    untilContained: () =>
      until(`${id} to hold something`, async () => {
        const held = (await show()).containments.find(({ status: now }) => now === 'held');
        return held && (await isKnown(containmentWorkflowId(held.id))) ? held : undefined;
      }),
  };
}

async function stateOf(incidentId: string) {
  const { store } = world.stack;
  const row = await store
    .selectFrom('incidents')
    .select('state')
    .where('incident_id', '=', incidentId)
    .executeTakeFirst();
  return row?.state;
}

async function isTold(incidentId: string): Promise<boolean> {
  const row = await world.stack.store
    .selectFrom('incidents')
    .select(['delivered_through', 'last_position'])
    .where('incident_id', '=', incidentId)
    .executeTakeFirst();
  return row !== undefined && row.delivered_through >= row.last_position;
}

const terminate = (workflowId: string) => world.stack.client.workflow.getHandle(workflowId).terminate('a test');
const runs = async (workflowId: string) =>
  (await world.stack.client.workflow.getHandle(workflowId).describe()).status.name;

const isKnown = (workflowId: string) =>
  runs(workflowId).then(
    () => true,
    () => false,
  );

/** Once the owner of what it finds had its turn. */
const sweepLater = () =>
  sweep(world.stack.store, world.stack.client, pino({ level: 'silent' }), new Date(Date.now() + 70_000));

const containmentNow = (id: string) => world.people.api.get<Containment>(`/api/containments/${id}`);
const untilContainmentIs = (id: string, status: Containment['status']) =>
  until(`containment ${id} to be ${status}`, async () => (await containmentNow(id)).status === status);

async function settlesWithoutViolations(...ids: string[]): Promise<void> {
  await untilSettled(world, ids);
  expect(await violations(world, ids)).toEqual([]);
}

describe('a containment whose workflow was lost', () => {
  test('is held again by the sweeper and undone at its time', async () => {
    const incident = await openIncident('hold', 'resolved');
    const { id } = await incident.untilContained();
    await terminate(containmentWorkflowId(id));
    await sweepLater();
    expect(await runs(containmentWorkflowId(id))).toBe('RUNNING');
    await untilContainmentIs(id, 'expired');
    await settlesWithoutViolations(incident.id);
  });

  test('is left alone while it is held', async () => {
    const incident = await openIncident('keep', 'resolved');
    const { id } = await incident.untilContained();
    const before = await world.stack.client.workflow.getHandle(containmentWorkflowId(id)).describe();
    await sweepLater();
    const after = await world.stack.client.workflow.getHandle(containmentWorkflowId(id)).describe();
    expect(after.runId).toBe(before.runId);
    await world.people.change(id, 'lift', { reason: 'tested' });
    await settlesWithoutViolations(incident.id);
  });

  test('while it was being undone goes on being undone, whenever its time would be up', async () => {
    const incident = await openIncident('keep', 'resolved');
    const { id } = await incident.untilContained();
    const { containment } = world.stack.processes;
    await containment.stop();
    await world.people.change(id, 'lift', { reason: 'a customer' });
    await untilContainmentIs(id, 'undoing');
    await terminate(containmentWorkflowId(id));
    containment.start();
    await sweepLater();
    await untilContainmentIs(id, 'lifted');
    await settlesWithoutViolations(incident.id);
  });

  test('can be lifted before anyone has noticed', async () => {
    const incident = await openIncident('keep', 'resolved');
    const { id } = await incident.untilContained();
    await terminate(containmentWorkflowId(id));
    await world.people.change(id, 'lift', { reason: 'a customer' });
    await untilContainmentIs(id, 'lifted');
    await settlesWithoutViolations(incident.id);
  });
});

describe('an incident whose workflow was lost', () => {
  test('goes on where it was when its next alert comes', async () => {
    await world.people.stop();
    const incident = await openIncident('ask');
    await until('the approval', async () => (await incident.show()).approvals.length === 1);
    await incident.untilSeen(1);
    await terminate(incidentWorkflowId(incident.id));
    await incident.fires('b');
    await incident.untilSeen(2);
    expect((await incident.show()).approvals).toHaveLength(1);
    world.people.start();
    await incident.resolves('a', 'b');
    await settlesWithoutViolations(incident.id);
  });

  test('goes on by the sweeper when nothing comes for it', async () => {
    await world.people.stop();
    const incident = await openIncident('ask');
    await until('the approval', async () => (await incident.show()).approvals.length === 1);
    await incident.untilSeen(1);
    await until('the gateway to know', async () => (await isTold(incident.id)) || undefined);
    await terminate(incidentWorkflowId(incident.id));
    await sweepLater();
    expect(await runs(incidentWorkflowId(incident.id))).toBe('RUNNING');
    world.people.start();
    await incident.untilStatus('recovery');
    await incident.resolves('a');
    await settlesWithoutViolations(incident.id);
  });

  test('has not lost the alerts that it was told and never journaled', async () => {
    const incident = await openIncident('run');
    await incident.untilStatus('recovery');
    await world.stack.faults.arm('activity.before-journal', 'hold');
    await incident.fires('b');
    await world.stack.faults.untilHit('activity.before-journal');
    await terminate(incidentWorkflowId(incident.id));
    await world.stack.faults.release('activity.before-journal');
    await incident.fires('c');
    await incident.untilSeen(3);
    await incident.resolves('a', 'b', 'c');
    await settlesWithoutViolations(incident.id);
  });

  test('is started anew when it had journaled nothing', async () => {
    await world.stack.faults.arm('activity.before-journal', 'hold');
    const incident = await openIncident('run');
    await world.stack.faults.untilHit('activity.before-journal');
    await terminate(incidentWorkflowId(incident.id));
    await world.stack.faults.release('activity.before-journal');
    await incident.fires('b');
    await incident.untilSeen(2);
    await incident.resolves('a', 'b');
    await settlesWithoutViolations(incident.id);
  });

  test('goes on when someone asks something of it', async () => {
    const incident = await openIncident('run');
    await incident.untilStatus('recovery');
    await terminate(incidentWorkflowId(incident.id));
    await world.people.command(incident.id, { type: 'note', text: 'Is anyone there?' });
    expect(await runs(incidentWorkflowId(incident.id))).toBe('RUNNING');
    await incident.resolves('a');
    await settlesWithoutViolations(incident.id);
  });
});

describe('an incident that has ended', () => {
  test('is reopened by command, and recovers by what its alerts did meanwhile', async () => {
    const incident = await openIncident('run');
    await incident.untilStatus('recovery');
    await world.people.command(incident.id, { type: 'resolve', reason: 'restarted it' });
    await incident.untilStatus('closed');
    const closedAt = (await incident.show()).times.closedAt;
    await incident.resolves('a');
    await world.people.command(incident.id, { type: 'reopen', reason: 'not sure' });
    await until('it to close again', async () => {
      const { status, times } = await incident.show();
      return status === 'closed' && times.closedAt !== closedAt;
    });
    await settlesWithoutViolations(incident.id);
  });

  test('is reopened once, though the gateway died before it could note that', async () => {
    const incident = await openIncident('run', 'resolved');
    await incident.untilStatus('closed');
    await world.stack.faults.arm('command.after-update', 'kill');
    await world.people.command(incident.id, { type: 'reopen', reason: 'not sure' });
    expect(world.stack.faults.isHit('command.after-update')).toBe(true);
    await settlesWithoutViolations(incident.id);
    const timeline = await world.people.api.get<{ items: { kind: string }[] }>(
      `/api/incidents/${incident.id}/timeline`,
    );
    expect(timeline.items.filter(({ kind }) => kind === 'reopened')).toHaveLength(1);
  });

  test('by the very command whose answer was lost has done it, and does not refuse it', async () => {
    const incident = await openIncident('run');
    await incident.untilStatus('recovery');
    await world.stack.faults.arm('command.after-update', 'kill');
    const command = await world.people.command(incident.id, { type: 'resolve', reason: 'restarted it' });
    expect(command.status).toBe('done');
    await incident.resolves('a');
    await settlesWithoutViolations(incident.id);
  });
});

test('two incidents are merged by command while alerts of both come in', async () => {
  const [into, from] = [await openIncident('run'), await openIncident('run')];
  await Promise.all([into.untilStatus('recovery'), from.untilStatus('recovery')]);
  const alerts = (async () => {
    for (const name of ['b', 'c', 'd', 'e']) await Promise.all([into.fires(name), from.fires(name)]);
  })();
  await world.people.command(from.id, { type: 'merge', into: into.id, reason: 'one cause' });
  await alerts;
  await until('the merge', async () => (await from.show()).mergedInto === into.id);
  expect(await from.fires('f')).toEqual([into.id]);
  await into.resolves('a', 'b', 'c', 'd', 'e');
  await from.resolves('a', 'b', 'c', 'd', 'e', 'f');
  await settlesWithoutViolations(into.id, from.id);
  expect(await into.show()).toMatchObject({ alertCount: 11, firingCount: 0 });
});

test('a command that timed out, with nothing to read back, is put to a person and counts as that one says', async () => {
  await world.people.stop();
  const incident = await openIncident('hang', 'resolved');
  const step = () => incident.show().then(({ steps }) => steps.find(({ action }) => action === 'run_command'));
  await until('the outcome to be unknown', async () => (await step())?.status === 'unknown');
  world.people.start();
  await until('someone to tell', async () => (await step())?.status === 'done');
  await settlesWithoutViolations(incident.id);
});

describe('a containment', () => {
  test('is held longer when it is extended, and undone when it is lifted', async () => {
    const incident = await openIncident('hold', 'resolved');
    const { id, expiresAt } = await incident.untilContained();
    await world.people.change(id, 'extend', { byMs: 3_600_000, reason: 'still hit' });
    await until('its time to have passed', () => Date.now() > Date.parse(expiresAt) + 500);
    expect((await containmentNow(id)).status).toBe('held');
    await world.people.change(id, 'lift', { reason: 'a customer' });
    await untilContainmentIs(id, 'lifted');
    expect((await containmentNow(id)).endedBy).toMatch(/^key:/);
    await settlesWithoutViolations(incident.id);
    await expect(world.people.change(id, 'lift', {})).rejects.toThrow(Answered);
  });
});

test('after all that the audit log verifies', async () => {
  const { ok, said } = await auditVerdict(world.stack);
  expect(ok, said).toBe(true);
});
