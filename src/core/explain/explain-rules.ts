// What the plan keeps from incidents, rule by rule, in words.

import type { FlapRule, GroupRule, Inhibit, Maintenance, Rules } from '../plan/rules.ts';
import type { WithheldReason } from '../suppression/judge.ts';

/** Silences are no rules: people make them, and they are in the store. */
export type RuleKind = Exclude<WithheldReason, 'silenced'>;

/** `lines` are plain text with words of the plan in it. */
export interface ExplainedRule {
  kind: RuleKind;
  name: string;
  /** Who answers for it and why it is there, where the plan says so. */
  owner: string | null;
  reason: string | null;
  lines: string[];
}

/** In the order in which they are asked; groups without a threshold keep nothing back. */
export function explainRules({ maintenance, inhibit, flapping, groups }: Rules): ExplainedRule[] {
  return [
    ...maintenance.map(explainWindow),
    ...inhibit.map(explainInhibition),
    ...flapping.map(explainFlapping),
    ...groups.flatMap(explainThreshold),
  ];
}

function explainWindow({ name, owner, reason, match, from, until, weekly }: Maintenance): ExplainedRule {
  const hours = weekly
    ? [`Only ${listed(weekly.days)}, from ${weekly.from} to ${weekly.to} (${weekly.timezone}).`]
    : [];
  const begins = from === undefined ? '' : `from ${utc(from)} `;
  return {
    ...{ kind: 'maintenance', name, owner, reason },
    lines: [
      `Alerts that match ${all(match)} open no incident ${begins}until ${utc(until)}.`,
      ...hours,
      'Those that still fire when it is over become incidents.',
    ],
  };
}

function explainInhibition({ name, source, target, equal, at_most: atMost }: Inhibit): ExplainedRule {
  const alike = equal.length === 0 ? '' : ` and has the same ${listed(equal)}`;
  return {
    ...{ kind: 'inhibited', name, owner: null, reason: null },
    lines: [
      `While an alert that matches ${all(source)} fires, one that matches ${all(target)}${alike} opens no incident.`,
      `It counts for ${atMost} after the start of the alert that inhibits.`,
    ],
  };
}

function explainFlapping({ name, match, more_than: moreThan, within }: FlapRule): ExplainedRule {
  const what = match.length === 0 ? 'Any finding' : `A finding that matches ${all(match)}`;
  return {
    ...{ kind: 'flapping', name, owner: null, reason: null },
    lines: [
      `${what} that begins more than ${moreThan} times within ${within} flaps.`,
      `What of it begins after the end of its incident opens no other, unless it fires on for ${within}.`,
    ],
  };
}

function explainThreshold({ name, match, group_by: groupBy, threshold }: GroupRule): ExplainedRule[] {
  if (!threshold) return [];
  const group = groupBy.length === 0 ? 'of one group of their source' : `with the same ${listed(groupBy)}`;
  return [
    {
      ...{ kind: 'below_threshold', name, owner: null, reason: null },
      lines: [
        `Alerts that match ${all(match)}, ${group}, make an incident once ${threshold.at_least} began within ${threshold.within}.`,
      ],
    },
  ];
}

const all = (matchers: readonly string[]): string => matchers.join(' and ');
const listed = (names: readonly string[]): string => names.join(', ');
const utc = (time: string): string => new Date(time).toISOString();
