// A typed question to people: answered by a command, by what the playbook says in their place, or not at all.

import type { Answer } from '../../src/core/incident/answer.ts';
import type { StepOutcome } from '../../src/core/incident/events.ts';
import type { AskNode } from '../../src/core/incident/flow.ts';
import { completed, notThrough } from '../../src/core/playbook/outcomes.ts';
import type { Incident } from './incident.ts';
import { tell } from './page.ts';

export async function runAsk(incident: Incident, node: AskNode, isStopped: () => boolean): Promise<StepOutcome> {
  const { id: stepId, question, answer, roles, otherwise, withinMs } = node;
  const progress = () => incident.state.steps[stepId] ?? {};
  if (!progress().question) {
    const expiresAt = new Date(Date.now() + withinMs).toISOString();
    incident.record({ type: 'question_asked', stepId, question, answer, roles, expiresAt });
    const key = `ask/${stepId}/${progress().attempt ?? 1}`;
    await Promise.all([incident.flush(), tell(incident, { kind: 'question', text: question, key })]);
  }
  const isOver = () => progress().answer !== undefined || isStopped();
  const untilMs = Date.parse(progress().question?.expiresAt ?? '');
  await incident.waitUntil(isOver, untilMs, `Ask: ${question}`.slice(0, 180));
  const given = progress().answer;
  if (given !== undefined) return completed(`Answered: ${inWords(given)}`);
  if (isStopped()) return notThrough('not_wanted', 'The answer was not needed any more');
  if (otherwise === null) return notThrough('unanswered', 'Nobody answered in time');
  incident.record({ type: 'question_answered', stepId, question, answer: otherwise });
  return completed(`Nobody answered in time; taken as ${inWords(otherwise)}`);
}

const inWords = (answer: Answer): string => (typeof answer === 'boolean' ? (answer ? 'yes' : 'no') : String(answer));
