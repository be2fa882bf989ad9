// Steps without steps inside → nodes of the flow. Whatever the data lacks skips a step with its reason; it never stops
// the incident.

import { z } from 'zod';
import type { Json } from '../canonical.ts';
import type { ApproveNode, AskNode, FlowNode, FlowPlace, NotifyNode, SetNode, WaitNode } from '../incident/flow.ts';
import type { PlannedStep, UndoCall } from '../incident/plan.ts';
import { firstLevelOf } from '../plan/on-duty.ts';
import type { ActionStep, ApproveStep, AskStep, NotifyStep, SetStep, WaitStep } from '../plan/step.ts';
import { durationMs } from '../plan/values.ts';
import type { ActionView } from './action-view.ts';
import type { Local } from './place.ts';
import { holdOf, plain, type StepSubject, subjectOf, unplanned } from './plan-step.ts';
import { computed, msOf, type PlanContext, stepPart, textOf, titleOf, within } from './planning.ts';
import { allowanceFor, approvalPolicy, gateTerms, lowerLevel } from './policy.ts';
import { scopeAt } from './seen.ts';

type Skip = FlowNode['skip'];
const failed = (reason: string): Skip => ({ code: 'expression_failed', reason: plain(reason) });

export function planAction(
  step: ActionStep,
  place: FlowPlace,
  local: Local,
  skip: Skip,
  context: PlanContext,
): PlannedStep {
  const action = context.actions.get(step.action) ?? absentAction(step.action);
  const subject = skip ? unplanned(action, {}, skip.code, skip.reason) : fill(step.action, step.with, local, context);
  const undo = skip ? undefined : undoOf(step, action, local, context);
  const refused = undo?.skip ? unplanned(action, subject.params, undo.skip.code, `undo: ${undo.skip.reason}`) : subject;
  const allowed = allowanceFor(context.plan, action, subject.target, context.policy);
  const level = lowerLevel(step.level, allowed.highest_level);
  return {
    ...stepPart(step, place, titleOf(step, local) ?? subject.title),
    type: 'action',
    ...{ params: refused.params, target: refused.target, mode: refused.mode, skip: refused.skip },
    requestedBy: context.requestedBy,
    action: action.name,
    kind: action.kind,
    reversible: action.undo !== undefined || undo !== undefined,
    ...(undo?.call && { undo: undo.call }),
    // Whoever approves the step approves its undo with it; without an approval the undo must be free by itself.
    level: undo ? lowerLevel(level, undo.isFree ? 'auto' : 'approve') : level,
    approval: approvalPolicy(context.plan, allowed, context.policy.at, step.approval),
    timeoutMs: Math.min(msOf(step.timeout) ?? action.timeoutMs, action.timeoutMs),
    retry: { attempts: step.retry.attempts, waitMs: durationMs(step.retry.wait) },
    holdMs: holdOf(context.plan, action, msOf(step.hold) ?? undefined),
  };
}

function fill(name: string, written: Record<string, Json>, local: Local, context: PlanContext): StepSubject {
  const action = context.actions.get(name) ?? absentAction(name);
  if (!context.actions.has(name)) {
    return unplanned(action, {}, 'action_unknown', `There is no action ${name} in this version of Firebreak`);
  }
  const params = computed(written, local);
  if (!params.ok) return unplanned(action, {}, 'expression_failed', params.reason);
  return subjectOf({ ...context, action, params: params.value });
}

interface PlannedUndo {
  call?: UndoCall;
  skip?: Skip;
  isFree: boolean;
}

function undoOf(step: ActionStep, action: ActionView, local: Local, context: PlanContext): PlannedUndo | undefined {
  if (!step.undo || action.undo !== undefined) return undefined;
  const { title, params, target, mode, skip } = fill(step.undo.action, step.undo.with, local, context);
  const own = context.actions.get(step.undo.action) ?? absentAction(step.undo.action);
  if (skip) return { skip, isFree: false };
  const isFree = allowanceFor(context.plan, own, target, context.policy).highest_level === 'auto';
  return { call: { action: own.name, params, target, title, mode, timeoutMs: own.timeoutMs }, isFree };
}

/** Stands in for an action that a stored plan names and this version of Firebreak has not. */
function absentAction(name: string): ActionView {
  return {
    name,
    title: name,
    kind: 'check',
    risk: 'high',
    params: z.never(),
    timeoutMs: 1_000,
    target: () => 'none',
    describe: () => name,
    refuse: () => undefined,
  };
}

export function planApprove(
  step: ApproveStep,
  place: FlowPlace,
  local: Local,
  skip: Skip,
  { plan, policy, requestedBy, drill }: PlanContext,
): ApproveNode {
  const text = textOf(step.approve, local);
  const terms = approvalPolicy(plan, gateTerms(plan.approvals, policy), policy.at, step.approval);
  const shown = text.ok ? text.value : 'An approval';
  return {
    ...stepPart(step, place, titleOf(step, local) ?? shown),
    type: 'approve',
    skip: skip ?? (text.ok ? null : failed(text.reason)),
    text: shown,
    requestedBy,
    mode: drill ? 'simulate' : 'live',
    approval: { ...terms, expiresAfterMs: Math.min(terms.expiresAfterMs, msOf(step.timeout) ?? terms.expiresAfterMs) },
  };
}

export function planNotify(
  step: NotifyStep,
  place: FlowPlace,
  local: Local,
  skip: Skip,
  { plan, policy }: PlanContext,
): NotifyNode {
  const { text: written, team, channel, to } = step.notify;
  const text = textOf(written, local);
  const level = team === undefined ? undefined : firstLevelOf(team, plan.routing, policy.at);
  return {
    ...stepPart(step, place, titleOf(step, local) ?? plain(`Tell ${team ?? to ?? 'those who were paged'}`)),
    type: 'notify',
    skip: skip ?? (text.ok ? null : failed(text.reason)),
    text: text.ok ? text.value : '',
    to: channel !== undefined && to !== undefined ? [{ channel, to }] : (level ?? null),
    timeoutMs: msOf(step.timeout),
  };
}

export function planAsk(step: AskStep, place: FlowPlace, local: Local, skip: Skip): AskNode {
  const { question: written, answer, within: bound, otherwise, roles } = step.ask;
  const question = textOf(written, local);
  const shown = question.ok ? question.value : 'A question';
  return {
    ...stepPart(step, place, titleOf(step, local) ?? shown),
    type: 'ask',
    skip: skip ?? (question.ok ? null : failed(question.reason)),
    question: shown,
    answer,
    withinMs: within(bound, step.timeout),
    otherwise: otherwise ?? null,
    roles,
  };
}

export function planWait(step: WaitStep, place: FlowPlace, local: Local, skip: Skip): WaitNode {
  const title = titleOf(step, local);
  const part = (words: string) => ({ ...stepPart(step, place, title ?? words), type: 'wait' as const, skip });
  if ('for' in step.wait) {
    const forMs = durationMs(step.wait.for);
    return { ...part(`Wait ${step.wait.for}`), until: { kind: 'time' }, atMostMs: forMs };
  }
  const { until, at_most } = step.wait;
  const atMostMs = within(at_most, step.timeout);
  if (until === 'resolved') return { ...part('Wait until no alert fires'), until: { kind: 'resolved' }, atMostMs };
  const condition = { kind: 'condition' as const, expression: until, place };
  return { ...part(plain(`Wait until ${until.replace(/^=\s*/, '')}`)), until: condition, atMostMs };
}

export function planSet(step: SetStep, place: FlowPlace, local: Local, skip: Skip): SetNode {
  const values = computed(step.set, local);
  return {
    ...stepPart(step, place, titleOf(step, local) ?? `Set ${Object.keys(step.set).join(', ')}`),
    type: 'set',
    skip: skip ?? (values.ok ? null : failed(values.reason)),
    scope: scopeAt(place),
    values: values.ok ? (values.value as Record<string, Json>) : {},
  };
}
