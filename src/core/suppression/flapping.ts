// Flapping: a finding that begins again and again within a time. What begins while its incident is open joins that, as
// always; what begins after its end says nothing new, and is withheld until it has fired on for that time.

import type { Alert } from '../alert.ts';
import type { FlapRule } from '../plan/rules.ts';
import { durationMs } from '../plan/values.ts';
import { type Matcher, matchesAll, parseMatcher } from './matcher.ts';

export interface ReadyFlapRule {
  name: string;
  ready: Matcher[];
  moreThan: number;
  withinMs: number;
  within: string;
}

export const readyFlapRule = ({ name, match, more_than, within }: FlapRule): ReadyFlapRule => ({
  ...{ name, within, ready: match.map(parseMatcher), moreThan: more_than, withinMs: durationMs(within) },
});

/** The rule by which it flaps now, and how often it began. */
export function flapsBy(
  alert: Alert,
  startsMs: readonly number[],
  atMs: number,
  rules: readonly ReadyFlapRule[],
): { rule: ReadyFlapRule; times: number } | undefined {
  const rule = rules.find(({ ready }) => matchesAll(alert, ready));
  if (!rule) return undefined;
  const times = startsMs.filter((startMs) => startMs > atMs - rule.withinMs).length;
  return times > rule.moreThan ? { rule, times } : undefined;
}
