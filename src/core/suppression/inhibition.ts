// Inhibition as Alertmanager has it: while an alert that the rule's `source` matches fires, alerts that its `target`
// matches and that are equal in the named labels are withheld. An alert that both sides match is not inhibited by
// another one of that kind, nor by itself.
// What is looked up is one key for rule and equal values, so that the inbox finds the inhibiting alerts by an index.

import type { Alert } from '../alert.ts';
import { derivedId } from '../ids.ts';
import type { Inhibit } from '../plan/rules.ts';
import { durationMs } from '../plan/values.ts';
import { type Matcher, matchesAll, parseMatcher, valuesOf } from './matcher.ts';

export interface InhibitionRule {
  name: string;
  /** Derived from what the rule says: another text is another rule. */
  ruleKey: string;
  atMostMs: number;
  source: Matcher[];
  target: Matcher[];
  equal: string[];
}

/** An alert that inhibits others while it fires. */
export interface Inhibitor {
  key: string;
  alertId: string;
  /** The target matchers of its rule match it too. */
  isTarget: boolean;
  startsAtMs: number;
  title: string;
}

export function inhibitionRule(rule: Inhibit): InhibitionRule {
  const { name, source, target, equal, at_most: atMost } = rule;
  return {
    ...{ name, equal, atMostMs: durationMs(atMost) },
    ruleKey: derivedId(20, 'inhibit', ...[source, target, equal].map((part) => JSON.stringify(part))),
    source: source.map(parseMatcher),
    target: target.map(parseMatcher),
  };
}

function keyOf({ ruleKey, equal }: InhibitionRule, alert: Alert): string {
  return derivedId(24, ruleKey, ...equal.map((name) => JSON.stringify(valuesOf(alert, name).sort())));
}

/** Under which keys the alert inhibits others. */
export function inhibitsUnder(
  alert: Alert,
  rules: readonly InhibitionRule[],
): { ruleKey: string; key: string; isTarget: boolean }[] {
  return rules
    .filter(({ source }) => matchesAll(alert, source))
    .map((rule) => ({ ruleKey: rule.ruleKey, key: keyOf(rule, alert), isTarget: matchesAll(alert, rule.target) }));
}

export interface InhibitedUnder {
  key: string;
  rule: InhibitionRule;
  /** Both sides match it, so that only alerts of which only the source side is true count. */
  isSource: boolean;
}

/** Under which keys the alert would be inhibited. */
export function inhibitedUnder(alert: Alert, rules: readonly InhibitionRule[]): InhibitedUnder[] {
  return rules
    .filter(({ target }) => matchesAll(alert, target))
    .map((rule) => ({ key: keyOf(rule, alert), rule, isSource: matchesAll(alert, rule.source) }));
}
