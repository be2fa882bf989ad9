// How likely an incident is a false alarm, and why, in words. It ranks and explains; it decides nothing.

import { counted } from '../explain/explanation.ts';
import type { Feature } from './features.ts';
import type { Kind } from './kind.ts';
import { type Contribution, type ModelView, scoreOf, speaks } from './model.ts';
import { percent } from './percent.ts';

/** What people said of earlier incidents of the kind: of the newest, as many as are looked at. */
export interface Evidence {
  verdicts: number;
  falseAlarms: number;
}

export interface Judgement {
  /** Of a false alarm, between 0 and 1. */
  chance: number;
  because: string[];
}

/** Of its kind; below that nothing is said. */
const leastVerdictsOfKind = 3;
const mostNamed = 3;
const leastNamed = 0.05;

/** Whether people have said enough: of all incidents, and of this kind. */
export const saysSomething = (model: ModelView, { verdicts }: Evidence): boolean =>
  speaks(model) && verdicts >= leastVerdictsOfKind;

/** Undefined until there is enough to say. */
export function judge(
  model: ModelView,
  features: readonly Feature[],
  kind: Kind,
  evidence: Evidence,
): Judgement | undefined {
  if (!saysSomething(model, evidence)) return undefined;
  const { chance, contributions } = scoreOf(model, features);
  return { chance, because: [evidenceLine(kind, evidence), ...contributionLines(contributions)] };
}

/** `likely a false alarm: 83 %`. */
export function judgementWords({ chance }: Pick<Judgement, 'chance'>): string {
  const word = chance >= 0.7 ? 'likely' : chance >= 0.3 ? 'perhaps' : 'unlikely';
  return `${word} a false alarm: ${percent(chance)}`;
}

const evidenceLine = ({ words }: Kind, { verdicts, falseAlarms }: Evidence): string =>
  `${falseAlarms} of ${counted(verdicts, 'earlier incident')} ${words} ${falseAlarms === 1 ? 'was a false alarm' : 'were false alarms'}`;

function contributionLines(contributions: readonly Contribution[]): string[] {
  const byName = new Map<string, number>();
  for (const { name, score } of contributions) byName.set(name, (byName.get(name) ?? 0) + score);
  const ordered = [...byName].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const named = (sign: 1 | -1): string[] =>
    ordered
      .filter(([, score]) => score * sign >= leastNamed)
      .slice(0, mostNamed)
      .map(([name, score]) => `${name} (${score > 0 ? '+' : '−'}${Math.abs(score).toFixed(2)})`);
  const [speaksFor, against] = [named(1), named(-1)];
  return [
    ...(speaksFor.length > 0 ? [`for a false alarm: ${speaksFor.join(', ')}`] : []),
    ...(against.length > 0 ? [`against it: ${against.join(', ')}`] : []),
  ];
}
