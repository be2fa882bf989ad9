// The other half of a simulated world: actions that come to what the test says, and channels that keep what they are
// told. It knows actions by their descriptions only: there is no way from here to one that acts.

import type { ApplyInput, ContainmentActivities, NotifyActivities, UndoInput } from '../contract/activities.ts';
import type { ActionOutcome } from '../core/action-outcome.ts';
import { assertNever } from '../core/assert-never.ts';
import { attemptId, stepKey } from '../core/ids.ts';
import type { Notice } from '../core/notice.ts';
import type { ScriptedOutcome } from '../core/plan/plan-test.ts';
import { durationMs } from '../core/plan/values.ts';
import type { MemoryStore } from './memory-store.ts';
import { isInstanceOf } from './steps.ts';

export interface SimulationOptions {
  store: MemoryStore;
  outcomes: readonly ScriptedOutcome[];
  /** Since the incident opened, by the server's clock. */
  elapsedMs: () => Promise<number>;
  /** ISO-8601, by the server's clock. */
  now: () => Promise<string>;
}

interface Effect {
  stepId: string;
  action: string;
  target: string;
}

export class SimulatedActions implements ContainmentActivities, NotifyActivities {
  readonly notices: { channel: string; notice: Notice }[] = [];
  readonly #options: SimulationOptions;
  readonly #used = new Map<ScriptedOutcome, number>();
  readonly #effects = new Map<string, Effect>();

  constructor(options: SimulationOptions) {
    this.#options = options;
  }

  async applyAction({ incidentId, step, attempt, approvalId }: ApplyInput): Promise<ActionOutcome> {
    const effect = { stepId: step.id, action: step.action, target: step.target };
    this.#effects.set(stepKey(incidentId, attemptId(step.id, attempt)), effect);
    if (step.level === 'approve' && !(await this.#options.store.isApproved(approvalId, await this.#options.now()))) {
      return refused('approval_missing', `${step.title} needs an approval and has none`);
    }
    const scripted = await this.#scripted(effect, false);
    if (scripted) return outcomeOf(scripted, step.kind === 'check');
    return step.kind === 'check' ? passed('as it should be') : applied('simulated by the test');
  }

  async undoAction(input: UndoInput): Promise<ActionOutcome> {
    const effect = this.#effects.get(input.key) ?? { stepId: '', action: input.action, target: '' };
    const scripted = await this.#scripted(effect, true);
    if (!scripted || scripted.result === 'done') {
      return { state: 'undone', detail: scripted?.detail ?? 'simulated by the test' };
    }
    return outcomeOf(scripted, false);
  }

  async extendAction(): Promise<ActionOutcome> {
    return applied('extended by the test');
  }

  async notify(sent: { channel: string; notice: Notice }): Promise<{ result: 'sent'; detail: string }> {
    this.notices.push(sent);
    return { result: 'sent', detail: 'kept by the test' };
  }

  async #scripted({ stepId, action, target }: Effect, undo: boolean): Promise<ScriptedOutcome | undefined> {
    const elapsedMs = await this.#options.elapsedMs();
    const found = this.#options.outcomes.find(
      (one) =>
        one.undo === undo &&
        (one.step === undefined || isInstanceOf(stepId, one.step)) &&
        (one.action === undefined || one.action === action) &&
        (one.target === undefined || one.target === target) &&
        elapsedMs >= durationMs(one.from) &&
        (one.until === undefined || elapsedMs < durationMs(one.until)) &&
        (one.times === undefined || (this.#used.get(one) ?? 0) < one.times),
    );
    if (found) this.#used.set(found, (this.#used.get(found) ?? 0) + 1);
    return found;
  }
}

function outcomeOf({ result, detail: given }: ScriptedOutcome, isCheck: boolean): ActionOutcome {
  const detail = given ?? 'so says the test';
  const failure = { code: 'scripted', message: detail };
  switch (result) {
    case 'done':
      return isCheck ? passed(detail) : applied(detail);
    case 'failed':
      return isCheck ? { state: 'check_failed', detail, failure } : { state: 'failed', detail, failure };
    case 'refused':
      return refused('scripted', detail);
    case 'unknown':
      return { state: 'unknown', detail, failure };
    default:
      return assertNever(result);
  }
}

const applied = (detail: string): ActionOutcome => ({ state: 'applied', detail, evidence: null, readBack: detail });
const passed = (detail: string): ActionOutcome => ({ state: 'check_passed', detail, evidence: null });
const refused = (code: string, message: string): ActionOutcome => ({
  state: 'refused',
  detail: `Refused: ${message}`,
  refusal: { code, message },
});
