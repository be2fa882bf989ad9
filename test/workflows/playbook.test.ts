// How a playbook goes when all goes well: branches, items, questions, gates, waits, modules.

import { describe, expect, test } from 'vitest';
import { alertsSignal } from '../../src/contract/messages.ts';
import { alertWith } from '../core/plan/sample.ts';
import { PlannedWorld } from './planned-world.ts';
import { act, applied, failed, play, resolve } from './play.ts';
import { command, environment, type Handle, until, untilNewRun, useStage } from './stage.ts';
import { hourMs, note } from './world.ts';

useStage();

describe('a playbook', () => {
  test('runs branches at the same time, and goes on when all have ended', async () => {
    const world = new PlannedWorld([
      { id: 'both', parallel: [{ steps: [act('a1'), act('a2')] }, { steps: [act('b1')] }] },
      act('after'),
    ]);
    // Neither of the first two ends before the other has begun.
    world.applyAction = async (input) => {
      world.applied.push(input);
      await until(() => world.applied.length >= 2, 'the other branch');
      return applied();
    };
    await play(world);
    expect(world.done.at(-1)).toBe('after');
    expect(world.done.slice(0, 2)).toEqual(expect.arrayContaining(['a1', 'b1']));
    expect([...world.done].sort()).toEqual(['a1', 'a2', 'after', 'b1']);
    expect(world.state?.steps.both?.outcome).toMatchObject({ result: 'done' });
  });

  test('runs its steps for each item, so many at once, and tells how many went through', async () => {
    const world = new PlannedWorld([
      {
        id: 'each',
        for_each: {
          in: '= ["a", "b", "c", "d", "e"]',
          at_once: 2,
          steps: [act('one', { with: { command: '= item' } })],
        },
        on_failure: 'continue',
      },
      act('count', { if: '= steps.each.items.failed == 1 && steps.each.items.count == 5' }),
    ]);
    let underWay = 0;
    let most = 0;
    world.applyAction = async (input) => {
      world.applied.push(input);
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((ended) => setTimeout(ended, 100));
      underWay -= 1;
      return JSON.stringify(input.step.params).includes('"c"') ? failed() : applied();
    };
    await play(world);
    expect(most).toBeLessThanOrEqual(2);
    expect(world.state?.steps.each?.outcome).toMatchObject({ outcome: { items: { count: 5, done: 4, failed: 1 } } });
    expect(world.done.at(-1)).toBe('count');
  });

  test('asks, waits for days, and goes the way of the answer', async () => {
    const world = new PlannedWorld([
      { id: 'ours', ask: { question: 'Is it ours?', answer: 'yes_no', within: '5d' } },
      {
        id: 'way',
        choose: [{ when: '= steps.ours.answer == true', steps: [act('lift')] }, { steps: [act('block')] }],
      },
    ]);
    await play(world, async (handle) => {
      await until(() => world.types.includes('question_asked'), 'the question');
      await environment().sleep(72 * hourMs);
      await expect(command(handle, { type: 'answer', stepId: 'ours', value: 'maybe' })).rejects.toThrow();
      await command(handle, { type: 'answer', stepId: 'ours', value: true });
      await until(() => world.done.length > 0, 'the way');
      await expect(command(handle, { type: 'answer', stepId: 'ours', value: false })).rejects.toThrow();
      await resolve(handle);
    });
    expect(world.done).toEqual(['lift']);
    expect(world.events.find(({ type }) => type === 'question_answered')).toMatchObject({
      actor: 'key:ana',
      answer: true,
    });
  });

  test('takes what it says when nobody answers, and fails when it says nothing', async () => {
    const ask = (id: string, more: object) => ({ id, ask: { question: id, answer: 'number', within: '2d', ...more } });
    const world = new PlannedWorld([
      ask('first', { otherwise: 7 }),
      act('seven', { if: '= steps.first.answer == 7' }),
      ask('second', {}),
      act('never'),
    ]);
    await play(world);
    expect(world.done).toEqual(['seven']);
    expect(world.state?.steps.second?.outcome).toMatchObject({ outcome: { failure: { code: 'unanswered' } } });
  });

  test('stops at a gate until people agree to its text, and is refused when they do not in time', async () => {
    const world = new PlannedWorld([
      { id: 'first', approve: '= "Agree for " + service.name' },
      act('agreed'),
      { id: 'second', approve: 'And again', approval: { expires_after: '1h' } },
      act('never'),
    ]);
    await play(world, async (handle) => {
      await until(() => world.types.includes('step_waiting'), 'the gate');
      const [approvalId = '', asked] = [...world.approvals][0] ?? [];
      expect(asked?.subject).toMatchObject({ action: 'approve', params: { text: 'Agree for checkout' } });
      world.standings.set(approvalId, { status: 'approved', by: ['key:ana'], reason: '' });
      await command(handle, { type: 'decide', approvalId, decision: 'approve' });
      await resolve(handle);
    });
    expect(world.done).toEqual(['agreed']);
    expect(world.state?.steps.second?.outcome).toMatchObject({ result: 'refused', code: 'approval_expired' });
  });

  test('tells people, and whom it names', async () => {
    const world = new PlannedWorld([
      { id: 'tell', notify: { text: '= "Look at " + service.name', channel: 'slack', to: '#ops' } },
    ]);
    await play(world);
    expect(world.notices.map(({ channel, notice }) => [channel, notice.to, notice.text])).toContainEqual([
      'slack',
      '#ops',
      'Look at checkout',
    ]);
  });

  test('waits for a time of days', async () => {
    const world = new PlannedWorld([act('before'), { id: 'wait', wait: { for: '3d' } }, act('after')]);
    const startedMs = await environment().currentTimeMs();
    await play(world);
    const [before, after] = world.events.filter(({ type }) => type === 'step_started').map(({ at }) => Date.parse(at));
    expect((after ?? 0) - (before ?? 0)).toBeGreaterThanOrEqual(72 * hourMs);
    expect((await environment().currentTimeMs()) - startedMs).toBeGreaterThanOrEqual(72 * hourMs);
  });

  test('waits until no alert fires, and fails when that does not come in time', async () => {
    const wait = (id: string) => ({ id, wait: { until: 'resolved', at_most: '2d' } });
    const world = new PlannedWorld([wait('calm'), act('after')]);
    await play(world);
    expect(world.done).toEqual(['after']);

    const never = new PlannedWorld([wait('calm'), act('after')]);
    await play(never, (handle) =>
      environment()
        .sleep(50 * hourMs)
        .then(() => resolve(handle)),
    );
    expect(never.done).toEqual([]);
    expect(never.state?.steps.calm?.outcome).toMatchObject({ outcome: { failure: { code: 'timed_out' } } });
  });

  test('waits until a condition on the alerts holds, which is computed again when alerts arrive', async () => {
    const world = new PlannedWorld([
      { id: 'more', wait: { until: '= alerts.exists(a, a.title == "Worse")', at_most: '5d' } },
      act('after', { with: { command: '= alerts[0].title' } }),
    ]);
    await play(world, async (handle) => {
      await until(() => world.types.includes('step_entered'), 'the wait');
      await environment().sleep(24 * hourMs);
      expect(world.done).toEqual([]);
      world.alerts = [alertWith({ title: 'Worse' })];
      await handle.signal(alertsSignal, [note(2, 'fired', 2)]);
      await environment().sleep(60_000);
      await until(() => world.done.length > 0, 'the step after');
      await handle.signal(alertsSignal, [note(3, 'resolved', 0)]);
    });
    expect(world.applied[0]?.step.params).toMatchObject({ command: 'Worse' });
  });

  test('uses a module with inputs, and what it gives', async () => {
    const module = {
      name: 'clean',
      title: 'Clean up',
      inputs: { host: { type: 'string' }, times: { type: 'integer', default: 2 } },
      outputs: { told: '= inputs.host + " " + string(inputs.times) + " " + steps.inner.result' },
      steps: [act('inner', { with: { command: '= inputs.host' } })],
    };
    const world = new PlannedWorld(
      [
        { id: 'set-up', set: { host: '= service.name + "-1"' } },
        { id: 'use', use: 'clean', with: { host: '= vars.host' } },
        act('after', { with: { command: '= steps.use.outputs.told' } }),
      ],
      [module],
    );
    await play(world);
    expect(world.done).toEqual(['use.inner', 'after']);
    expect(world.applied.map(({ step }) => (step.params as { command: string }).command)).toEqual([
      'checkout-1',
      'checkout-1 2 done',
    ]);
  });

  test('goes on where it was after continuing as new, and repeats nothing', async () => {
    const world = new PlannedWorld([
      act('before'),
      {
        id: 'both',
        parallel: [
          { steps: [{ id: 'ask', ask: { question: 'Go on?', answer: 'text', within: '9d' } }, act('answered')] },
          { steps: [act('beside'), { id: 'wait', wait: { for: '4d' } }, act('waited')] },
        ],
      },
      act('after'),
    ]);
    await play(world, async (handle) => {
      await until(() => world.types.filter((type) => type === 'step_entered').length > 0, 'the wait');
      for (let position = 2; position <= 1_700; position += 100) {
        const notes = Array.from({ length: 100 }, (_, index) => note(position + index, 'fired', position + index));
        await Promise.all(notes.map((one) => handle.signal(alertsSignal, [one])));
      }
      await until(() => (world.state?.seenThrough ?? 0) >= 1_700, 'all alerts');
      // An update that meets the very moment of the change is delivered again by the dispatcher; here it would be lost.
      await untilNewRun(handle);
      await environment().sleep(96 * hourMs);
      await command(environment().client.workflow.getHandle(handle.workflowId) as Handle, {
        type: 'answer',
        stepId: 'ask',
        value: 'go',
      });
      await until(() => world.done.includes('after'), 'the end');
      await command(environment().client.workflow.getHandle(handle.workflowId) as Handle, {
        type: 'resolve',
        reason: 'over',
      });
    });
    expect([...world.done].sort()).toEqual(['after', 'answered', 'before', 'beside', 'waited']);
    expect(world.types.filter((type) => type === 'question_asked')).toHaveLength(1);
  }, 60_000);
});
