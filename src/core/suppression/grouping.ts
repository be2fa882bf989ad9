// Grouping by the plan: which alerts belong together where the plan knows better than their source, and how many of them
// within a time make an incident.

import type { Alert } from '../alert.ts';
import { derivedId } from '../ids.ts';
import type { GroupRule } from '../plan/rules.ts';
import { durationMs } from '../plan/values.ts';
import { type Matcher, matchesAll, parseMatcher, valuesOf } from './matcher.ts';

export interface ReadyGroupRule {
  name: string;
  ready: Matcher[];
  groupBy: string[];
  acrossSources: boolean;
  threshold: { atLeast: number; withinMs: number; within: string } | undefined;
}

export function readyGroupRule({ name, match, group_by, across_sources, threshold }: GroupRule): ReadyGroupRule {
  return {
    ...{ name, ready: match.map(parseMatcher), groupBy: group_by, acrossSources: across_sources },
    threshold: threshold && {
      ...{ atLeast: threshold.at_least, within: threshold.within, withinMs: durationMs(threshold.within) },
    },
  };
}

const longestKey = 1_500;

/** The first rule that matches decides. Safe to repeat, and with other rules than the last time. */
export function grouped(alert: Alert, rules: readonly ReadyGroupRule[]): Alert {
  const { groupedBy, ...rest } = alert;
  const original = groupedBy?.sourceKey ?? alert.groupKey;
  const rule = rules.find(({ ready }) => matchesAll(alert, ready));
  if (!rule) return groupedBy ? { ...rest, groupKey: original } : alert;
  const { name, groupBy, acrossSources } = rule;
  const groupKey = groupBy.length === 0 ? original : keyOf(name, groupBy, alert);
  return { ...rest, groupKey, groupedBy: { rule: name, acrossSources, sourceKey: original } };
}

function keyOf(ruleName: string, names: readonly string[], alert: Alert): string {
  const parts = names.map((name) => `${name}=${JSON.stringify(valuesOf(alert, name).sort().join(','))}`);
  const text = `${ruleName}: ${parts.join(', ')}`;
  return text.length <= longestKey ? text : `${ruleName}: ${derivedId(30, text)}`;
}

/** Groups of alerts of several sources have none of their own. */
export const anySource = '*';

export const sourceOfGroup = ({ source, groupedBy }: Pick<Alert, 'source' | 'groupedBy'>): string =>
  groupedBy?.acrossSources ? anySource : source;
