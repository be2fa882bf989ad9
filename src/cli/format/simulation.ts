// A simulated playbook for people: what happens step by step, and what each step asks of whom.

import type { FlowNode } from '../../core/incident/flow.ts';
import type { ApprovalPolicy } from '../../core/incident/plan.ts';
import type { SimulatedStep } from '../../plan-test/assumed-run.ts';
import type { Simulation } from '../../plan-test/simulate.ts';
import type { Terminal } from '../terminal.ts';
import { printFields } from './table.ts';
import { clean } from './text.ts';
import { duration } from './time.ts';

export function printSimulation(terminal: Terminal, { state, chosen, steps }: Simulation): void {
  const { plan } = state;
  if (!plan) return;
  terminal.line(terminal.style('bold', clean(plan.title)));
  printFields(terminal, [
    ['Playbook', plan.playbook],
    ['Severity', plan.severity],
    ['Service', plan.service && clean(plan.service)],
    ['Team', plan.team],
    ['Told', toldText(plan.page)],
    ['Note', chosen === plan.playbook ? null : `triage would choose ${chosen ?? 'no playbook'} for these alerts`],
  ]);
  let phase = '';
  for (const step of steps) {
    if (step.phase !== phase) terminal.line(`\n${terminal.style('bold', step.phase.toUpperCase())}`);
    phase = step.phase;
    printStep(terminal, step);
  }
  if (steps.length === 0) terminal.line('\nIt does nothing by itself: the people who are told decide.');
  terminal.line('\nNothing was done. Assumed: people agree, and actions go through, unless you said otherwise.');
}

function toldText({ levels, escalateAfterMs }: NonNullable<Simulation['state']['plan']>['page']): string {
  const told = levels.map((level, index) => {
    const names = level.map(({ to, channel }) => `${to} (${channel})`).join(', ');
    return index === 0 ? `${names} at once` : `${names} after ${duration(escalateAfterMs * index)}`;
  });
  return clean(told.join('; '));
}

function printStep(terminal: Terminal, step: SimulatedStep): void {
  const { node, outcome, atMs } = step;
  const after = atMs === 0 ? '' : terminal.style('dim', `  after at most ${duration(atMs)}`);
  const result = outcome.result === 'done' ? '' : `  ${terminal.style('yellow', outcome.result)}`;
  terminal.line(`  ${node.id}  ${clean(node.title)}${result}${after}`);
  for (const line of [...reasonLines(step), ...linesOf(node, step), ...undoLines(step)]) {
    terminal.line(terminal.style('dim', `      ${clean(line)}`));
  }
}

function reasonLines({ outcome }: SimulatedStep): string[] {
  if ('reason' in outcome) return [`${outcome.result}: ${outcome.reason} (${outcome.code})`];
  return outcome.result === 'failed' ? [`failed: ${outcome.outcome.detail}`] : [];
}

function linesOf(node: FlowNode, { outcome, answer }: SimulatedStep): string[] {
  switch (node.type) {
    case 'action': {
      const isHeldBack = outcome.result === 'skipped' || outcome.result === 'refused';
      return [
        `${node.action} on ${node.target} with ${JSON.stringify(node.params)}`,
        ...(isHeldBack ? [] : [permissionText(node.level, node.approval), ...lastingLines(node)]),
      ];
    }
    case 'approve':
      return [askedText(node.approval)];
    case 'ask':
      return [
        `asks ${node.roles.join(' or ')}, for ${duration(node.withinMs)}: ${node.question}`,
        `answer assumed: ${answer ?? 'none'}`,
      ];
    case 'notify':
      return [`tells ${node.to?.map(({ to, channel }) => `${to} (${channel})`).join(', ') ?? 'those who were paged'}`];
    case 'wait':
      return [`waits for at most ${duration(node.atMostMs)}`];
    default:
      return [];
  }
}

function permissionText(level: string, approval: ApprovalPolicy): string {
  if (level === 'approve') return askedText(approval);
  return level === 'auto' ? 'runs by itself' : `level ${level}`;
}

function askedText({ quorum, roles, expiresAfterMs, remindAfterMs }: ApprovalPolicy): string {
  const reminder = remindAfterMs === null ? '' : `, reminded after ${duration(remindAfterMs)}`;
  return `needs ${quorum} of ${roles.join(' or ')} within ${duration(expiresAfterMs)}${reminder}`;
}

function lastingLines(node: Extract<FlowNode, { type: 'action' }>): string[] {
  if (node.kind === 'check') return [];
  if (node.holdMs !== null) return [`held for ${duration(node.holdMs)}, then undone; at once when it is dismissed`];
  return [node.reversible ? 'undone when the incident is dismissed' : 'cannot be undone'];
}

function undoLines({ undoes }: SimulatedStep): string[] {
  return undoes.map(({ id, title, isReversible }) =>
    isReversible ? `undoes ${id}: ${title}` : `cannot undo ${id}: ${title}`,
  );
}
