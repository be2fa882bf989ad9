// What people made of earlier incidents of the kind: how severe they called them, and who took them.

import { counted } from '../explain/explanation.ts';
import type { ResponsePlan } from '../plan/response-plan.ts';
import type { Severity } from '../severity.ts';
import type { Kind } from './kind.ts';
import type { Verdict } from './verdict.ts';

/** An incident of the kind that people ended. */
export interface PastIncident {
  verdict: Verdict;
  /** What the plan alone would have said, without anything learnt. */
  proposed: Severity;
  /** As it was in the end. */
  severity: Severity;
  isSeverityByPerson: boolean;
  /** Whom it was assigned to, else who acknowledged it. */
  takenBy: string | null;
}

export interface Suggested<Value> {
  value: Value;
  why: string;
}

/** Nothing is suggested from fewer incidents, or when people did not agree as much as this. */
export const suggestsFrom = { incidents: 5, share: 0.6 } as const;

/** What people made of it where the plan proposed what it proposes now; undefined when that is the same. */
export function suggestedSeverity(
  history: readonly PastIncident[],
  kind: Kind,
  proposed: Severity,
): Suggested<Severity> | undefined {
  // Who dismisses an incident does not care how severe it was called.
  const telling = history.filter(
    (one) => one.proposed === proposed && (one.verdict === 'real' || one.isSeverityByPerson),
  );
  const most = mostOften(telling.map(({ severity }) => severity));
  if (!most || most.value === proposed) return undefined;
  const why = `${most.times} of the last ${counted(telling.length, 'incident')} ${kind.words} ended with severity ${most.value}, where the plan said ${proposed}`;
  return { value: most.value, why };
}

export function suggestedTaker(history: readonly PastIncident[], kind: Kind): Suggested<string> | undefined {
  const takers = history.flatMap(({ takenBy }) => takenBy ?? []);
  const most = mostOften(takers);
  return most && { value: most.value, why: tookWords(most.times, takers.length, kind) };
}

/** A team of the plan: whoever took the incidents is that team or is told as a part of it, and of no other. */
export function suggestedTeam(
  history: readonly PastIncident[],
  kind: Kind,
  routing: ResponsePlan['routing'],
): Suggested<string> | undefined {
  const takers = history.flatMap(({ takenBy }) => takenBy ?? []);
  const most = mostOften(takers.map((taker) => teamOf(routing, taker)));
  if (!most || most.value === null) return undefined;
  return { value: most.value, why: tookWords(most.times, takers.length, kind) };
}

const tookWords = (times: number, of: number, { words }: Kind): string =>
  `they took ${times} of the last ${counted(of, 'incident')} ${words}`;

function teamOf({ teams }: ResponsePlan['routing'], taker: string): string | null {
  const named = teams.filter(({ name }) => name === taker);
  const found = named.length > 0 ? named : teams.filter(({ levels }) => levels.flat().some(({ to }) => to === taker));
  return found.length === 1 ? (found[0]?.name ?? null) : null;
}

function mostOften<Value>(values: readonly Value[]): { value: Value; times: number } | undefined {
  if (values.length < suggestsFrom.incidents) return undefined;
  const times = new Map<Value, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  const [most] = [...times].sort(([, a], [, b]) => b - a);
  return most && most[1] / values.length >= suggestsFrom.share ? { value: most[0], times: most[1] } : undefined;
}
