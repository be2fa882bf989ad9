// The privileged activities: the only code with power over systems. Verifies approvals again, runs the action through
// its journal, and believes nothing that it can read back.

import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Action, GuardFacts } from '../src/actions/action.ts';
import { readHostFacts } from '../src/actions/host-facts.ts';
import { type EffectJournal, extensionKey, undoKey } from '../src/actions/journal.ts';
import { type ApplyOptions, extendAction, type RunOptions, runAction } from '../src/actions/runner.ts';
import type { Targets } from '../src/actions/targets.ts';
import { undoAction } from '../src/actions/undo.ts';
import { verifyApproval } from '../src/approvals/verify.ts';
import type { ApplyInput, ContainmentActivities, UndoInput } from '../src/contract/activities.ts';
import type { ActionOutcome } from '../src/core/action-outcome.ts';
import { subjectOfStep } from '../src/core/approval/subject.ts';
import type { Verify } from '../src/core/audit/checkpoint.ts';
import { attemptId, stepKey } from '../src/core/ids.ts';
import { limitsOn, refusalOfBlastRadius } from '../src/core/plan/blast-radius.ts';
import type { BlastRadiusLimit } from '../src/core/plan/guards.ts';
import { readApproval } from '../src/store/approvals.ts';
import { countTouchedTargets } from '../src/store/blast-radius.ts';
import { beginContainment, containmentApplied } from '../src/store/containments.ts';
import type { Store } from '../src/store/database.ts';
import { decisionsOf } from '../src/store/decisions.ts';
import { type EffectJournalOptions, effectJournal } from '../src/store/effects.ts';
import type { Send } from '../src/store/pipelined.ts';
import { Attempts } from './attempts.ts';

export interface ContainmentDeps {
  store: Store;
  actions: ReadonlyMap<string, Action>;
  targets: Targets;
  /** Guards of the response plan as it is now: stricter guards count at once. */
  guards: () => Omit<GuardFacts, 'host'>;
  /** Of the plan as it is now, too. */
  blastRadius: () => readonly BlastRadiusLimit[];
  /** Verifies decisions; the signing half is the gateway's. */
  decisionKey: Verify;
  now: () => Date;
}

export function containmentActivities(deps: ContainmentDeps): ContainmentActivities {
  const attempts = new Attempts<ActionOutcome>();
  return {
    applyAction(input) {
      const key = keyOf(input);
      return attempts.join(key, (signal) => applyAction(deps, input, signal));
    },
    undoAction: (input) =>
      attempts.join(undoKey(input.key), async (signal) => {
        const options = await optionsFor(deps, input.key, undoJournal(deps, input), signal);
        return undoAction(actionNamed(deps, input.action), input.params, options);
      }),
    extendAction: (input) =>
      attempts.join(extensionKey(input.key, input.expiresAt), async (signal) => {
        const options = await optionsFor(deps, input.key, undoJournal(deps, input), signal);
        return extendAction(actionNamed(deps, input.action), { ...options, expiresAt: input.expiresAt });
      }),
  };
}

const keyOf = ({ incidentId, step, attempt }: ApplyInput): string => stepKey(incidentId, attemptId(step.id, attempt));

async function applyAction(deps: ContainmentDeps, input: ApplyInput, signal: AbortSignal): Promise<ActionOutcome> {
  const { step, containmentId, expiresAt } = input;
  const key = keyOf(input);
  const options = await optionsFor(deps, key, applyJournal(deps, input), signal);
  const refusal = await refusalOfApproval(deps, input, options.journal);
  if (refusal) return recordRefusal(deps, input, refusal);
  const outcome = await applyWithin(deps, input, {
    ...options,
    mode: step.mode,
    ...(expiresAt !== null && { expiresAt }),
  });
  // Also when an earlier attempt recorded the outcome and died before its containment's row knew.
  if (containmentId !== null) {
    const at = deps.now().toISOString();
    await containmentApplied(deps.store, containmentId, outcome, at).execute();
  }
  return outcome;
}

/** Thrown within the transaction of an intent, which then never was: nothing is done. */
class TooFar extends Error {
  readonly refusal: Refused;
  constructor(refusal: Refused) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

async function applyWithin(deps: ContainmentDeps, input: ApplyInput, options: ApplyOptions): Promise<ActionOutcome> {
  try {
    return await runAction(actionNamed(deps, input.step.action), input.step.params, options);
  } catch (error) {
    if (error instanceof TooFar) return recordRefusal(deps, input, error.refusal);
    throw error;
  }
}

async function refuseTooFar(deps: ContainmentDeps, { incidentId, step }: ApplyInput, send: Send): Promise<void> {
  const action = actionNamed(deps, step.action);
  for (const limit of limitsOn(deps.blastRadius(), action)) {
    const counted = [...deps.actions.values()].filter((one) => limitsOn([limit], one).length > 0);
    const touched = await countTouchedTargets(send, {
      ...{ incidentId, now: deps.now().toISOString() },
      actions: counted.map(({ name }) => name),
    });
    const refusal = refusalOfBlastRadius(limit, touched);
    if (refusal) throw new TooFar(refusal);
  }
}

function applyJournal(deps: ContainmentDeps, input: ApplyInput): EffectJournalOptions {
  const { incidentId, requestedBy, approvalId, containmentId } = input;
  const begin = (send: Send) => beginContainment(send, input, deps.now().toISOString());
  return {
    store: deps.store,
    incidentId,
    requestedBy,
    approvalId,
    now: deps.now,
    onIntent: async (send, effect) => {
      if (effect.role === 'apply') await refuseTooFar(deps, input, send);
      begin(send);
    },
    onOutcome: (send, effect, outcome) => {
      if (containmentId === null || effect.role !== 'apply') return;
      // What was only simulated had no intent, so its row is not there yet.
      begin(send);
      void send((store) => containmentApplied(store, containmentId, outcome, deps.now().toISOString()));
    },
  };
}

function undoJournal({ store, now }: ContainmentDeps, input: UndoInput): EffectJournalOptions {
  return { store, incidentId: input.incidentId, requestedBy: 'firebreak', approvalId: null, now };
}

async function optionsFor(
  deps: ContainmentDeps,
  key: string,
  journal: EffectJournalOptions,
  signal: AbortSignal,
): Promise<RunOptions> {
  const context = Context.current();
  return {
    key,
    signal,
    targets: deps.targets,
    facts: { ...deps.guards(), host: await readHostFacts(deps.targets.firewall?.namespace) },
    journal: effectJournal({ ...journal, signal }),
    progress: (detail) => context.heartbeat(detail),
  };
}

function actionNamed({ actions }: ContainmentDeps, name: string): Action {
  const action = actions.get(name);
  if (action) return action;
  throw ApplicationFailure.nonRetryable(
    `This worker has no action ${name}; it has ${[...actions.keys()].join(', ')}`,
    'NoSuchAction',
  );
}

interface Refused {
  code: string;
  message: string;
}

/** The policy comes from the planned step in the workflow's history, not from the approval's row. */
async function refusalOfApproval(
  deps: ContainmentDeps,
  input: ApplyInput,
  journal: EffectJournal,
): Promise<Refused | undefined> {
  const { step, approvalId, incidentId, planDigest } = input;
  if (step.level !== 'approve') return undefined;
  // An effect that is there already was allowed when it was intended; its approval may have run out since.
  if ((await journal.find(keyOf(input))) !== undefined) return undefined;
  const approval = approvalId === null ? undefined : await readApproval(deps.store, approvalId);
  if (!approval) return { code: 'approval_missing', message: `${step.title} needs an approval and has none` };
  const expiresAt = approval.subject.expiresAt;
  const verdict = verifyApproval({
    approval: {
      approvalId: approval.approval_id,
      status: approval.status,
      digest: approval.digest,
      requestedBy: step.requestedBy,
      quorum: step.approval.quorum,
      roles: step.approval.roles,
      breakGlass: step.approval.breakGlass === true,
      expiresAt,
    },
    decisions: await decisionsOf(deps.store, [approval.approval_id]),
    subject: subjectOfStep(step, { incidentId, planDigest, expiresAt }),
    publicKey: deps.decisionKey,
    now: deps.now().toISOString(),
  });
  return verdict.ok ? undefined : { code: verdict.code, message: verdict.reason };
}

async function recordRefusal(deps: ContainmentDeps, input: ApplyInput, refusal: Refused): Promise<ActionOutcome> {
  const { action, kind, target, title, params, mode } = input.step;
  const key = keyOf(input);
  const effect = { key, origin: key, role: 'apply', action, kind, target, description: title, params, mode } as const;
  const detail = `Refused: ${refusal.message}`;
  return effectJournal(applyJournal(deps, input)).outcome(effect, { state: 'refused', detail, refusal });
}
