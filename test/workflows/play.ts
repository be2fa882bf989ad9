// Plays a playbook that is written in a test, with actions that do what the test says.

import type { ApplyInput } from '../../src/contract/activities.ts';
import { alertsSignal } from '../../src/contract/messages.ts';
import type { ActionOutcome } from '../../src/core/action-outcome.ts';
import type { PlannedWorld } from './planned-world.ts';
import { type Handle, run } from './stage.ts';
import { note } from './world.ts';

export const act = (id: string, more: object = {}) => ({
  id,
  action: 'run',
  with: { command: id },
  level: 'auto',
  on_failure: 'fail',
  ...more,
});
export const failed = (): ActionOutcome => ({ state: 'failed', detail: 'No', failure: { code: 'no', message: 'no' } });
export const applied = (): ActionOutcome => ({ state: 'applied', detail: 'Done', evidence: null, readBack: 'ok' });

export const resolve = (handle: Handle) => handle.signal(alertsSignal, [note(2, 'resolved', 0)]);
export const play = (world: PlannedWorld, then: (handle: Handle) => Promise<unknown> = resolve) =>
  run(world, async (handle) => void (await then(handle)));

/** Names of what fails, at each attempt. */
export function failing(world: PlannedWorld, ...names: string[]): void {
  world.outcomeOf = ({ step, attempt }: ApplyInput) =>
    names.includes(attempt > 1 ? `${step.id}/${attempt}` : step.id) ? failed() : applied();
}
