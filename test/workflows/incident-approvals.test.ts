// Steps that wait for people to approve them.

import { describe, expect, test } from 'vitest';
import { alertsSignal } from '../../src/contract/messages.ts';
import { command, run, until, useStage } from './stage.ts';
import { hourMs, note, plannedResponse, plannedStep, World } from './world.ts';

useStage();

describe('an incident', () => {
  test('does an approved step once its approval is decided, and asks with the digest of exactly what it will do', async () => {
    const world = new World();
    world.plan = plannedResponse({ contain: [plannedStep({ level: 'approve' })] });
    await run(world, async (handle) => {
      await until(() => world.approvals.size === 1, 'the approval');
      const approvalId = [...world.approvals.keys()][0] ?? '';
      expect(world.applied).toHaveLength(0);
      await until(() => world.types.includes('step_waiting'), 'the step to wait');
      world.standings.set(approvalId, { status: 'approved', by: ['key:ana'], reason: '' });
      await command(handle, { type: 'decide', approvalId, decision: 'approve' });
      await until(() => world.applied.length === 1, 'the action');
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
    });
    expect(world.applied[0]?.approvalId).toBe([...world.approvals.keys()][0]);
    expect(world.types.filter((type) => type === 'approval_ended')).toHaveLength(1);
  });

  test('tells people further up when nobody decided in time, once each, and goes on waiting', async () => {
    const world = new World();
    const approval = {
      ...{ quorum: 1, roles: ['responder'], expiresAfterMs: 4 * hourMs, remindAfterMs: hourMs },
      escalations: [
        { afterMs: 2 * hourMs, to: [{ channel: 'mail', to: 'head' }] },
        { afterMs: hourMs, to: [{ channel: 'mail', to: 'lead' }] },
      ],
    };
    world.plan = plannedResponse({ contain: [plannedStep({ level: 'approve', approval })] });
    await run(world, async (handle) => {
      await until(() => world.approvals.size === 1, 'the approval');
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
    });
    const asked = world.notices.filter(
      ({ notice }) => notice.kind === 'approval_requested' && /Still/.test(notice.text),
    );
    expect(asked.filter(({ channel }) => channel === 'mail').map(({ notice }) => notice.to)).toEqual(['lead', 'head']);
    expect(world.state?.steps.block?.outcome).toMatchObject({ code: 'approval_expired' });
  });

  test('leaves a review for later when one administrator acted alone', async () => {
    const world = new World();
    world.plan = plannedResponse({ contain: [plannedStep({ level: 'approve' })] });
    await run(world, async (handle) => {
      await until(() => world.types.includes('step_waiting'), 'the step to wait');
      const [approvalId = ''] = world.approvals.keys();
      world.standings.set(approvalId, {
        status: 'approved',
        by: ['key:ana'],
        reason: 'nobody answers',
        brokeGlass: true,
      });
      await command(handle, { type: 'decide', approvalId, decision: 'break_glass' });
      await until(() => world.applied.length === 1, 'the action');
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
    });
    expect(world.state?.followUps).toEqual([
      expect.stringMatching(/^Break-glass: key:ana approved ".+" alone \(nobody answers\); review/),
    ]);
  });

  test('does nothing when nobody decides: the approval expires and the failure is left for people', async () => {
    const world = new World();
    world.plan = plannedResponse({ contain: [plannedStep({ level: 'approve' })] });
    await run(world, async (handle) => {
      await until(() => world.approvals.size === 1, 'the approval');
      await handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
    });
    expect(world.applied).toHaveLength(0);
    expect(world.state?.steps.block?.outcome).toMatchObject({ result: 'refused', code: 'approval_expired' });
    expect(world.state?.followUps).toEqual([expect.stringContaining('Not done: Block 203.0.113.7')]);
  });

  test('a step that a person adds runs beside one that waits for approval', async () => {
    const world = new World();
    world.plan = plannedResponse({ contain: [plannedStep({ level: 'approve' })] });
    await run(world, async (handle) => {
      await until(() => world.types.includes('step_waiting'), 'the approval');
      const added = plannedStep({
        id: 'added',
        kind: 'change',
        holdMs: null,
        action: 'restart_service',
        requestedBy: 'key:ana',
      });
      await command(handle, { type: 'run_action', step: added });
      await until(() => world.applied.length === 1, 'the added step');
      await command(handle, { type: 'resolve', reason: 'restarted' });
    });
    expect(world.applied.map(({ step }) => step.id)).toEqual(['added']);
    expect(world.state?.steps.block?.approval?.ended).toBe('cancelled');
  });
});
