// What a step says of itself in a picture.

import type { Json } from '../core/canonical.ts';
import type { ActionCall, ActionStep, AskStep, OwnTerms, Step, WaitStep } from '../core/plan/step.ts';
import { celOf, isExpression } from '../core/plan/values.ts';
import { plainLine } from '../core/text.ts';

const longestLine = 160;
const longestValue = 60;
const mostValues = 6;

/** One visible line. An expression is shown as it is written, without its "=". */
export const shown = (text: string): string => plainLine(isExpression(text) ? celOf(text) : text, longestLine);

const levels = {
  observe: 'only says what it would do',
  suggest: 'a person starts it',
  approve: 'runs when approved',
  auto: 'runs by itself',
} as const;

export function actionLines(step: ActionStep): string[] {
  return [
    ...headline(step, step.action),
    ...(step.title === undefined ? values(step.with) : [[callText(step)]].flat()),
    levels[step.level],
    ...(step.hold === undefined ? [] : [`held for ${step.hold}`]),
    ...(step.retry.attempts > 1 ? [`up to ${step.retry.attempts} attempts, ${step.retry.wait} apart`] : []),
    ...(step.undo === undefined ? [] : [`undone by ${callText(step.undo)}`]),
    ...termLines(step.approval),
  ];
}

export function termLines(terms: OwnTerms | undefined): string[] {
  if (terms === undefined) return [];
  const { quorum, roles, expires_after: expires } = terms;
  const people = quorum === undefined ? [] : [quorum === 1 ? '1 person approves' : `${quorum} people approve`];
  const who = roles === undefined ? [] : [`by ${roles.join(' or ')}`];
  const until = expires === undefined ? [] : [`within ${expires}`];
  const text = [...people, ...who, ...until].join(', ');
  return text === '' ? [] : [text];
}

export function askLines({ ask, ...step }: AskStep): string[] {
  const answer = typeof ask.answer === 'string' ? ask.answer.replace('_', ' or ') : ask.answer.choices.join(' / ');
  const otherwise = ask.otherwise === undefined ? '' : `, otherwise: ${written(ask.otherwise)}`;
  return [
    ...headline(step, 'Ask'),
    shown(ask.question),
    shown(`answer: ${answer}`),
    shown(`within ${ask.within}${otherwise}`),
  ];
}

export function waitText({ wait }: WaitStep): string {
  if ('for' in wait) return `for ${wait.for}`;
  const until = wait.until === 'resolved' ? 'no alert fires' : celOf(wait.until);
  return shown(`until ${until}, at most ${wait.at_most}`);
}

/** The title, or what stands for it. */
export const headline = (step: Pick<Step, 'title'>, otherwise: string): string[] => [shown(step.title ?? otherwise)];

function callText({ action, with: given }: ActionCall): string {
  return shown([action, ...values(given)].join(' '));
}

/** `name: value` of each, the first few of them. */
export function values(given: Record<string, Json>): string[] {
  const all = Object.entries(given).map(([name, value]) => plainLine(`${name}: ${written(value)}`, longestValue));
  return all.length > mostValues ? [...all.slice(0, mostValues), `and ${all.length - mostValues} more`] : all;
}

function written(value: Json): string {
  if (isExpression(value)) return celOf(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
