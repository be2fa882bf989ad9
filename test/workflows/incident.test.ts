import { describe, expect, test } from 'vitest';
import { alertsSignal, stateQuery } from '../../src/contract/messages.ts';
import { command, environment, type Handle, run, until, untilNewRun, useStage } from './stage.ts';
import { hourMs, note, plannedResponse, plannedStep, World } from './world.ts';

useStage();

describe('an incident', () => {
  test('goes from triage to closed when its alerts resolve and stay quiet', async () => {
    const world = new World();
    const status = await run(world, async (handle) => {
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
    });
    expect(status).toBe('closed');
    expect(world.statuses()).toEqual(['containment', 'recovery', 'review', 'closed']);
    expect(world.types).toContain('paged');
  });

  test('contains, and the containment is held for its time by a workflow that outlives the incident', async () => {
    const world = new World();
    world.plan = plannedResponse({ contain: [plannedStep({ holdMs: 48 * hourMs })] });
    let incidentId = '';
    await run(world, async (handle, id) => {
      incidentId = id;
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
    });
    expect(world.state?.times.containedAt).toBeDefined();
    expect(world.undone).toHaveLength(0);
    const id = world.containments[0]?.containmentId;
    const end = await environment().client.workflow.getHandle(`containment-${id}`).result();
    expect(end).toMatchObject({ how: 'expired' });
    expect(world.containments.map(({ status }) => status)).toEqual(['held', 'undoing', 'expired']);
    expect(world.undone[0]?.key).toBe(`${incidentId}/block`);
  });

  test('undoes what it contained when it is dismissed', async () => {
    const world = new World();
    world.plan = plannedResponse({ contain: [plannedStep({ holdMs: 48 * hourMs })] });
    const status = await run(world, async (handle) => {
      await until(() => world.containments.length > 0, 'the containment');
      await command(handle, { type: 'dismiss', disposition: 'false_positive', reason: 'a load test' });
    });
    expect(status).toBe('dismissed');
    expect(world.containments.map((one) => one.status)).toEqual(['held', 'undoing', 'lifted']);
    expect(world.types).toContain('step_undone');
  });

  test('pages the next level when nobody acknowledges, and stops when someone does', async () => {
    const world = new World();
    const levels = ['first', 'second', 'third'].map((to) => [{ channel: 'webhook', to }]);
    world.plan = plannedResponse({ page: { levels, escalateAfterMs: hourMs } });
    await run(world, async (handle) => {
      await until(() => world.notices.length >= 1, 'the first page');
      await environment().sleep(hourMs + 1_000);
      await until(() => world.notices.length >= 2, 'the second page');
      await command(handle, { type: 'acknowledge' });
      await environment().sleep(5 * hourMs);
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
    });
    expect(world.notices.map(({ notice }) => notice.to)).toEqual(['first', 'second']);
  });

  test('flapping neither ends it, nor pages twice', async () => {
    const world = new World();
    await run(world, async (handle) => {
      for (let round = 0; round < 5; round += 1) {
        await handle.signal(alertsSignal, [note(2 + round * 2, 'resolved', 0)]);
        await environment().sleep(60_000);
        await handle.signal(alertsSignal, [note(3 + round * 2, 'fired', 1)]);
      }
      await until(() => world.state?.seenThrough === 11, 'all notes');
      expect(world.state?.recovered ?? null).toBeNull();
      await handle.signal(alertsSignal, [note(12, 'resolved', 0)]);
    });
    expect(world.types.filter((type) => type === 'paged')).toHaveLength(1);
    expect(world.types.filter((type) => type === 'recovered')).toHaveLength(1);
  });

  test('an alert that fires again in the review sends it back to recovery', async () => {
    const world = new World();
    world.plan = plannedResponse({ waits: { ...plannedResponse().waits, reviewMs: 72 * hourMs } });
    await run(world, async (handle) => {
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
      await environment().sleep(hourMs);
      await until(() => world.state?.status === 'review', 'the review');
      await handle.signal(alertsSignal, [note(3, 'fired', 1)]);
      await until(() => world.state?.status === 'recovery', 'recovery');
      await handle.signal(alertsSignal, [note(4, 'resolved', 0)]);
    });
    expect(world.statuses()).toEqual(['containment', 'recovery', 'review', 'review', 'closed']);
    expect(world.types).toContain('reopened');
  });

  test('reminds, and in the end stops waiting for alerts that never resolve', async () => {
    const world = new World();
    const status = await run(world, async () => {});
    expect(status).toBe('closed');
    expect(world.types.filter((type) => type === 'reminded')).toHaveLength(2);
    expect(world.state?.recovered).toBe('gave_up_waiting');
    expect(world.state?.followUps).toHaveLength(1);
  });

  test('does not end before it has seen every alert that was accepted for it', async () => {
    const world = new World();
    world.lastPosition = 4;
    await run(world, async (handle) => {
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
      await environment().sleep(hourMs);
      await handle.signal(alertsSignal, [note(4, 'resolved', 0)]);
      await handle.signal(alertsSignal, [note(3, 'fired', 1)]);
    });
    expect(world.state?.seenThrough).toBe(4);
    expect(world.state?.alertCount).toBe(2);
  });

  test('goes on when its store does not answer in time', async () => {
    const world = new World();
    world.journalTakesMs = 4_000;
    const status = await run(world, (handle) => handle.signal(alertsSignal, [note(2, 'resolved', 0)]));
    expect(status).toBe('closed');
    expect(world.types.filter((type) => type === 'triaged')).toHaveLength(1);
  });

  test('an unknown outcome is put to a person, who settles it', async () => {
    const world = new World();
    world.plan = plannedResponse({ contain: [plannedStep()] });
    world.outcomeOf = () => ({ state: 'unknown', detail: 'Timed out', failure: { code: 'timed_out', message: 'x' } });
    await run(world, async (handle) => {
      await until(() => world.state?.steps.block?.outcome?.result === 'unknown', 'the unknown outcome');
      await command(handle, { type: 'settle', stepId: 'block', happened: true, reason: 'I see it in the set' });
      await until(() => world.containments.length > 0, 'the hold');
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
    });
    expect(world.applied).toHaveLength(1);
    expect(world.state?.steps.block?.outcome?.result).toBe('done');
  });

  test('a playbook that fails with undo undoes in reverse and names what it cannot undo', async () => {
    const world = new World();
    const change = (id: string, reversible: boolean) =>
      plannedStep({ id, title: id, kind: 'change', holdMs: null, reversible, action: id });
    const bad = plannedStep({ id: 'bad', title: 'bad', kind: 'change', holdMs: null, onFailure: 'undo' });
    world.plan = plannedResponse({
      contain: [change('first', true), change('second', false), change('third', true), bad],
    });
    world.outcomeOf = ({ step }) =>
      step.id === 'bad'
        ? { state: 'failed', detail: 'No', failure: { code: 'no', message: 'no' } }
        : { state: 'applied', detail: 'Done', evidence: null, readBack: 'ok' };
    await run(world, (handle) => handle.signal(alertsSignal, [note(2, 'resolved', 0)]));
    expect(world.undone.map(({ action }) => action)).toEqual(['third', 'first']);
    expect(world.state?.followUps).toEqual(
      expect.arrayContaining([expect.stringContaining('Not undone: second'), expect.stringContaining('Not done: bad')]),
    );
  });

  test('a command that makes no sense now is refused before it enters the history; a repeated one is applied once', async () => {
    const world = new World();
    await run(world, async (handle) => {
      await expect(command(handle, { type: 'reopen', reason: '' })).rejects.toThrow();
      await command(handle, { type: 'note', text: 'once' }, 'same');
      await command(handle, { type: 'note', text: 'once' }, 'same');
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
    });
    expect(world.events.filter((event) => event.type === 'noted')).toHaveLength(1);
  });

  test('continues as new under a storm, with every alert counted once', async () => {
    const world = new World();
    world.plan = plannedResponse({
      contain: [
        plannedStep({ level: 'approve', approval: { ...plannedStep().approval, expiresAfterMs: 400 * hourMs } }),
      ],
    });
    const alerts = 2_500;
    await run(world, async (handle) => {
      const twice = (position: number) => [note(position, 'fired', position), note(position, 'fired', position)];
      for (let position = 2; position <= alerts; position += 50) {
        const batch = Array.from({ length: Math.min(50, alerts - position + 1) }, (_, index) =>
          twice(position + index),
        );
        await Promise.all(batch.map((notes) => handle.signal(alertsSignal, notes)));
      }
      await until(() => world.state?.seenThrough === alerts, 'all alerts');
      // An update that meets the very moment of the change is delivered again by the dispatcher; here it would be lost.
      await untilNewRun(handle);
      const approvalId = [...world.approvals.keys()][0] ?? '';
      world.standings.set(approvalId, { status: 'approved', by: ['key:ana'], reason: '' });
      await command(handle, { type: 'decide', approvalId, decision: 'approve' });
      await until(() => world.applied.length === 1, 'the action');
      const state = await handle.query(stateQuery);
      expect(state.alertCount).toBe(alerts);
      await command(handle, { type: 'resolve', reason: 'over' });
    });
    expect(world.approvals.size).toBe(1);
    expect(world.applied).toHaveLength(1);
  }, 60_000);

  test('started anew, it writes at once what its lost workflow had not seen, though it waits for people', async () => {
    const world = new World();
    world.plan = plannedResponse({ contain: [plannedStep({ level: 'approve' })] });
    const lost = run(world, async (handle) => {
      await until(() => world.types.includes('step_waiting'), 'the question');
      await handle.terminate();
    });
    await expect(lost).rejects.toThrow('terminated');
    if (!world.state) throw new Error('It had written nothing');
    const carried = { state: world.state, early: [], waiting: [] };
    const act = async (handle: Handle) => {
      await until(() => world.state?.seenThrough === 2, 'the alert that it missed');
      await command(handle, { type: 'resolve', reason: 'over' });
    };
    expect(await run(world, act, { notes: [note(2, 'fired', 2)], carried })).toBe('closed');
  });

  test('merges into another incident, and goes on by itself when that is refused', async () => {
    const merged = new World();
    merged.plan = plannedResponse({ verdict: { kind: 'merge', into: 'older', reason: 'same service' } });
    expect(await run(merged, async () => {})).toBe('merged');

    const refused = new World();
    refused.plan = merged.plan;
    refused.mergeRefusal = 'Incident older is closed';
    const status = await run(refused, (handle) => handle.signal(alertsSignal, [note(2, 'resolved', 0)]));
    expect(status).toBe('closed');
    expect(refused.types).toContain('merge_refused');
  });
});
