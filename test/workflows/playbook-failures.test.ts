// What a playbook does when something fails, takes too long or is not wanted any more.

import { describe, expect, test } from 'vitest';
import { PlannedWorld } from './planned-world.ts';
import { act, applied, failed, failing, play, resolve } from './play.ts';
import { command, environment, run, until, useStage } from './stage.ts';
import { hourMs } from './world.ts';

useStage();

describe('a playbook', () => {
  test('does not go on after a branch that failed, whose others come to their end', async () => {
    const world = new PlannedWorld([
      { id: 'both', parallel: [{ steps: [act('a1'), act('a2')] }, { steps: [act('b1')] }], on_failure: 'fail' },
      act('after'),
    ]);
    failing(world, 'b1');
    await play(world);
    expect([...world.done].sort()).toEqual(['a1', 'a2', 'b1']);
    expect(world.state?.steps.both?.outcome).toMatchObject({ outcome: { failure: { code: 'branch_failed' } } });
  });

  test('tries again what failed, as often as it says, as another effect each time', async () => {
    const world = new PlannedWorld([act('flaky', { retry: { attempts: 3, wait: '6h' } }), act('after')]);
    failing(world, 'flaky', 'flaky/2');
    const startedMs = await environment().currentTimeMs();
    await play(world);
    expect(world.done).toEqual(['flaky', 'flaky/2', 'flaky/3', 'after']);
    expect((await environment().currentTimeMs()) - startedMs).toBeGreaterThanOrEqual(12 * hourMs);
  });

  test('makes up for a failure by other steps, and goes on when they went through', async () => {
    const world = new PlannedWorld([
      act('bad', { on_failure: { steps: [act('instead')] } }),
      act('after'),
      act('worse', { on_failure: { steps: [act('also-bad')] } }),
      act('never'),
    ]);
    failing(world, 'bad', 'worse', 'also-bad');
    await play(world);
    expect(world.done).toEqual(['bad', 'instead', 'after', 'worse', 'also-bad']);
    expect(world.state?.followUps).toEqual([expect.stringContaining('also-bad')]);
  });

  test('starts nothing more of a group whose time is up', async () => {
    const world = new PlannedWorld([
      {
        id: 'group',
        timeout: '1h',
        on_failure: 'continue',
        parallel: [
          { steps: [{ id: 'long', wait: { for: '2d' }, on_failure: 'fail' }, act('late')] },
          { steps: [act('early')] },
        ],
      },
      act('after'),
    ]);
    await play(world);
    expect(world.done).toEqual(['early', 'after']);
    expect(world.state?.steps.group?.outcome).toMatchObject({ outcome: { failure: { code: 'timed_out' } } });
  });

  test('undoes in reverse what its list did, by the undo that a step brings too', async () => {
    const world = new PlannedWorld([
      act('first', { undo: { action: 'run', with: { command: 'back' } } }),
      { id: 'second', action: 'block', with: { ip: '203.0.113.9' }, level: 'auto', on_failure: 'fail' },
      { id: 'each', for_each: { in: '= ["x"]', steps: [act('bad', { on_failure: 'undo' })] }, on_failure: 'undo' },
      act('never'),
    ]);
    world.outcomeOf = ({ step }) => (step.id.startsWith('bad') ? failed() : applied());
    await play(world);
    expect(world.done.filter((id) => id !== 'second')).toEqual([
      'first',
      expect.stringMatching(/^bad\./),
      'first.undo',
    ]);
    expect(world.undone.map(({ action }) => action)).toEqual(['block']);
    const undone = world.events.flatMap((event) => (event.type === 'step_undone' ? [event.stepId] : []));
    expect(undone).toEqual(['second', 'first']);
  });

  test('is resumed from the step that failed, and only for the items that failed', async () => {
    const world = new PlannedWorld([
      {
        id: 'each',
        for_each: { in: '= ["a", "b", "c"]', steps: [act('one', { with: { command: '= item' } })] },
        on_failure: 'fail',
      },
      act('after'),
    ]);
    let broken = true;
    world.outcomeOf = ({ step }) => (broken && JSON.stringify(step.params).includes('"b"') ? failed() : applied());
    await play(world, async (handle) => {
      await until(() => world.state?.status === 'recovery', 'the failure');
      expect(world.done).toHaveLength(3);
      await expect(command(handle, { type: 'retry', stepId: 'after' })).rejects.toThrow();
      broken = false;
      await command(handle, { type: 'retry', stepId: null });
      await until(() => world.done.includes('after'), 'the rest');
      await until(() => world.state?.status === 'recovery', 'recovery');
      await expect(command(handle, { type: 'retry', stepId: null })).rejects.toThrow();
      await resolve(handle);
    });
    expect(world.done.slice(3)).toEqual([expect.stringMatching(/^one\..*\/2$/), 'after']);
    expect(world.state?.steps.each?.outcome).toMatchObject({ outcome: { items: { count: 3, done: 3, failed: 0 } } });
    expect(world.events.find(({ type }) => type === 'step_retried')).toMatchObject({ actor: 'key:ana' });
  });

  test('ends at once when it is dismissed: what waits is not wanted, what was done is undone, nobody is bothered', async () => {
    const block = (id: string, ip: string) => ({ id, action: 'block', with: { ip }, level: 'auto', hold: '1h' });
    const world = new PlannedWorld([
      {
        id: 'both',
        parallel: [
          { steps: [{ id: 'ask', ask: { question: 'Go on?', answer: 'text', within: '9d' } }, act('never')] },
          { steps: [block('blocked', '203.0.113.9'), { id: 'wait', wait: { for: '9d' } }, act('nor')] },
          { steps: [{ id: 'gate', approve: 'Agree' }] },
        ],
      },
    ]);
    const status = await run(world, async (handle) => {
      await until(() => world.done.length > 0 && world.types.includes('step_waiting'), 'the block and the gate');
      await until(() => world.types.includes('question_asked'), 'the question');
      await command(handle, { type: 'dismiss', disposition: 'false_positive', reason: 'ours' });
    });
    expect(status).toBe('dismissed');
    expect(world.done).toEqual(['blocked']);
    expect(world.undone).toHaveLength(1);
    expect(world.state?.followUps).toEqual([]);
  });
});
