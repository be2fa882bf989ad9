// The whole flow of an incident, as the API shows it: every step, also those that are no actions, and its questions.

import type { FlowEntry, Question } from '../../../contract/api/incidents.ts';
import { type AskNode, everyNode, type FlowNode, listsIn } from '../../../core/incident/flow.ts';
import type { IncidentState, StepPhase, StepProgress } from '../../../core/incident/state.ts';
import { phasesOf, standing } from './step.ts';

/** In the order in which they are written; what is inside a group follows it, one deeper. */
export function presentFlow(state: IncidentState): FlowEntry[] {
  return phasesOf(state).flatMap(([phase, nodes]) => entries(phase, nodes, 0, state));
}

function entries(phase: StepPhase, nodes: readonly FlowNode[], depth: number, state: IncidentState): FlowEntry[] {
  return nodes.flatMap((written) => {
    const node = state.late[written.id] ?? written;
    const progress = state.steps[node.id] ?? {};
    const inside = [...listsIn(node), node.rescue ?? []].flatMap((list) => entries(phase, list, depth + 1, state));
    const entry = entryOf(phase, node, progress, depth);
    return [entry.status === 'planned' && inside.some(hasBegun) ? { ...entry, status: 'running' } : entry, ...inside];
  });
}

const hasBegun = ({ status }: FlowEntry): boolean => status !== 'planned' && status !== 'skipped';

function entryOf(phase: StepPhase, node: FlowNode, progress: StepProgress, depth: number): FlowEntry {
  const { id, type, title } = node;
  const isAsked = progress.question !== undefined && progress.outcome === undefined;
  const waiting = {
    status: 'waiting_for_answer',
    detail: `Waits until ${progress.question?.expiresAt}`,
    code: null,
  } as const;
  return {
    ...{ id, phase, type, title, depth, attempt: progress.attempt ?? 1, startedAt: progress.startedAt ?? null },
    ...(isAsked ? waiting : standing(node, progress)),
  };
}

export function presentQuestions(state: IncidentState): Question[] {
  return phasesOf(state)
    .flatMap(([, nodes]) => everyNode(nodes, state.late))
    .filter((node) => node.type === 'ask')
    .flatMap((node) => presentQuestion(node, state.steps[node.id]));
}

function presentQuestion(node: AskNode, progress: StepProgress | undefined): Question[] {
  if (!progress?.question) return [];
  const { answer, outcome } = progress;
  const isOpen = outcome === undefined && answer === undefined;
  return [
    {
      stepId: node.id,
      question: node.question,
      type: typeof node.answer === 'string' ? node.answer : 'choice',
      choices: typeof node.answer === 'string' ? [] : node.answer.choices,
      otherwise: node.otherwise,
      roles: node.roles,
      expiresAt: progress.question.expiresAt,
      status: answer !== undefined ? 'answered' : isOpen ? 'open' : 'unanswered',
      answer: answer ?? null,
    },
  ];
}
