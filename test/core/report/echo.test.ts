import { expect, test } from 'vitest';
import type { StepOutcome } from '../../../src/core/incident/events.ts';
import { isEcho } from '../../../src/core/report/echo.ts';

const finished = (outcome: StepOutcome) =>
  isEcho({ kind: 'step_finished', data: JSON.parse(JSON.stringify({ outcome })) });
const applied = { state: 'applied', detail: 'Blocked', evidence: null, readBack: 'it is blocked' } as const;

test('what a worker wrote is not told again when the incident hears of it', () => {
  expect(isEcho({ kind: 'approval_ended', data: {} })).toBe(true);
  expect(finished({ result: 'done', outcome: applied })).toBe(true);
  expect(isEcho({ kind: 'action_outcome', data: {} })).toBe(false);
});

test('what only the incident knows is told', () => {
  expect(finished({ result: 'skipped', code: 'condition_false', reason: 'not the case' })).toBe(false);
  expect(finished({ result: 'refused', code: 'approval_expired', reason: 'nobody decided' })).toBe(false);
  expect(finished({ result: 'unknown', outcome: { state: 'unknown', detail: 'nobody knows' } as never })).toBe(false);
  expect(isEcho({ kind: 'step_finished', data: 'not what its kind says' })).toBe(false);
});
