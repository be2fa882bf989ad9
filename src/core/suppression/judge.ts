// Whether an alert that fires is withheld from incidents now, by what, and until when at the latest. Whoever withholds
// an alert asks again later: one that still fires when nothing withholds it any more becomes an incident.

import type { Alert } from '../alert.ts';
import { type ReadyAnewRule, readyAnewRule } from '../inbox/anew.ts';
import type { Maintenance, Rules } from '../plan/rules.ts';
import { flapsBy, type ReadyFlapRule, readyFlapRule } from './flapping.ts';
import { type ReadyGroupRule, readyGroupRule } from './grouping.ts';
import { type InhibitionRule, type Inhibitor, inhibitedUnder, inhibitionRule } from './inhibition.ts';
import { type Matcher, matchesAll, parseMatcher } from './matcher.ts';
import { openUntil } from './window.ts';

export const withheldReasons = ['silenced', 'maintenance', 'inhibited', 'flapping', 'below_threshold'] as const;
export type WithheldReason = (typeof withheldReasons)[number];

/** Plain JSON: it is stored with the alert and shown. */
export interface Withheld {
  why: WithheldReason;
  /** Id of the silence, name of the window or of the rule. */
  by: string;
  /** Who answers for it: a key, or what the plan says. */
  owner: string;
  reason: string;
  /** The alert that inhibits it. */
  alertId?: string;
  /** Its group: once that has an open incident, nothing withholds it. And since when it is counted there. */
  groupId?: string;
  since?: string;
  /** ISO-8601: it is over by then whatever happens; null when time alone changes nothing. */
  until: string | null;
}

export interface Silence {
  id: string;
  /** As `parseMatcher` takes them. */
  matchers: string[];
  owner: string;
  reason: string;
  startsAtMs: number;
  endsAtMs: number;
}

export interface ReadySilence extends Silence {
  ready: Matcher[];
}

export const readySilence = (silence: Silence): ReadySilence => ({
  ...silence,
  ready: silence.matchers.map(parseMatcher),
});

/** What the plan withholds, ready to be asked. */
export interface WithholdingRules {
  windows: (Maintenance & { ready: Matcher[] })[];
  inhibit: InhibitionRule[];
  groups: ReadyGroupRule[];
  flapping: ReadyFlapRule[];
  /** What begins anew after the end of its incident: the other way round, but of the same plan and asked at the same time. */
  beginsAnew: ReadyAnewRule[];
}

export const noWithholding: WithholdingRules = { windows: [], inhibit: [], groups: [], flapping: [], beginsAnew: [] };

const made = new WeakMap<Rules, WithholdingRules>();

/** Made once for a plan. */
export function withholdingRules(rules: Rules): WithholdingRules {
  const known = made.get(rules);
  if (known) return known;
  const ready = {
    windows: rules.maintenance.map((window) => ({ ...window, ready: window.match.map(parseMatcher) })),
    inhibit: rules.inhibit.map(inhibitionRule),
    groups: rules.groups.map(readyGroupRule),
    flapping: rules.flapping.map(readyFlapRule),
    beginsAnew: rules.begins_anew.map(readyAnewRule),
  };
  made.set(rules, ready);
  return ready;
}

export interface Withholding {
  rules: WithholdingRules;
  silences: readonly ReadySilence[];
  /** Alerts that fire now, by key. */
  inhibitors: (key: string) => readonly Inhibitor[];
  /** When the episodes of its finding began. */
  startsOf: (alert: Alert) => readonly number[];
  /** Its group: whether that has an open incident, and since when alerts wait for others of it. */
  groupOf: (alert: Alert) => { groupId: string; isOpen: boolean; waitingSinceMs: readonly number[] };
}

/** Undefined when nothing withholds it. `before`: what does so until now. */
export function withheldBy(
  alert: Alert,
  alertId: string,
  atMs: number,
  known: Withholding,
  before?: Withheld,
): Withheld | undefined {
  return (
    byWindow(alert, atMs, known) ??
    bySilence(alert, atMs, known) ??
    byInhibitor(alert, alertId, atMs, known) ??
    byFlapping(alert, atMs, known, before) ??
    byThreshold(alert, atMs, known, before)
  );
}

function byWindow(alert: Alert, atMs: number, { rules }: Withholding): Withheld | undefined {
  for (const window of rules.windows) {
    const untilMs = openUntil(window, atMs);
    if (untilMs === undefined || !matchesAll(alert, window.ready)) continue;
    const { name, owner, reason } = window;
    return { why: 'maintenance', by: name, owner, reason, until: iso(untilMs) };
  }
  return undefined;
}

function bySilence(alert: Alert, atMs: number, { silences }: Withholding): Withheld | undefined {
  const silence = silences.find(
    ({ startsAtMs, endsAtMs, ready }) => startsAtMs <= atMs && atMs < endsAtMs && matchesAll(alert, ready),
  );
  if (!silence) return undefined;
  const { id, owner, reason, endsAtMs } = silence;
  return { why: 'silenced', by: id, owner, reason, until: iso(endsAtMs) };
}

function byInhibitor(alert: Alert, alertId: string, atMs: number, known: Withholding): Withheld | undefined {
  for (const { key, rule, isSource } of inhibitedUnder(alert, known.rules.inhibit)) {
    const inhibitor = known
      .inhibitors(key)
      .find((one) => one.alertId !== alertId && !(isSource && one.isTarget) && atMs < one.startsAtMs + rule.atMostMs);
    if (!inhibitor) continue;
    return {
      ...{ why: 'inhibited', by: rule.name, owner: 'plan', alertId: inhibitor.alertId },
      reason: `while "${inhibitor.title}" fires`,
      until: iso(inhibitor.startsAtMs + rule.atMostMs),
    };
  }
  return undefined;
}

function byFlapping(
  alert: Alert,
  atMs: number,
  known: Withholding,
  before: Withheld | undefined,
): Withheld | undefined {
  const { flapping } = known.rules;
  if (flapping.length === 0) return undefined;
  // Until then, however few of its beginnings are still within the time.
  const isFlapping = before?.why === 'flapping' && atMs < Date.parse(before.until ?? '');
  if (isFlapping && flapping.some(({ name }) => name === before.by)) {
    return known.groupOf(alert).isOpen ? undefined : before;
  }
  const flaps = flapsBy(alert, known.startsOf(alert), atMs, flapping);
  if (!flaps) return undefined;
  const { groupId, isOpen } = known.groupOf(alert);
  if (isOpen) return undefined;
  const { rule, times } = flaps;
  return {
    ...{
      why: 'flapping',
      groupId,
      by: rule.name,
      owner: 'plan',
      reason: `it began ${times} times within ${rule.within}`,
    },
    until: iso(atMs + rule.withinMs),
  };
}

function byThreshold(
  alert: Alert,
  atMs: number,
  known: Withholding,
  before: Withheld | undefined,
): Withheld | undefined {
  const rule = known.rules.groups.find(({ name }) => name === alert.groupedBy?.rule);
  if (!rule?.threshold) return undefined;
  const { atLeast, withinMs, within } = rule.threshold;
  const { groupId, isOpen, waitingSinceMs } = known.groupOf(alert);
  // One that waits already is among those that wait.
  const waits = before?.why === 'below_threshold' && before.groupId === groupId;
  const count = waitingSinceMs.filter((sinceMs) => sinceMs > atMs - withinMs).length + (waits ? 0 : 1);
  if (isOpen || count >= atLeast) return undefined;
  if (waits) return before;
  return {
    ...{ why: 'below_threshold', by: rule.name, owner: 'plan', groupId, since: iso(atMs), until: null },
    reason: `${atLeast} alerts of group ${alert.groupKey} within ${within} make an incident; this was number ${count}`,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
