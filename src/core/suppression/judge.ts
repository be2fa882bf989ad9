// Whether an alert that fires is withheld from incidents now, by what, and until when at the latest. Whoever withholds
// an alert asks again later: one that still fires when nothing withholds it any more becomes an incident.

import type { Alert } from '../alert.ts';
import type { Maintenance, Rules } from '../plan/rules.ts';
import { type InhibitionRule, type Inhibitor, inhibitedUnder, inhibitionRule } from './inhibition.ts';
import { type Matcher, matchesAll, parseMatcher } from './matcher.ts';
import { openUntil } from './window.ts';

export const withheldReasons = ['silenced', 'maintenance', 'inhibited'] as const;
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
  /** ISO-8601: it is over by then whatever happens. */
  until: string;
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
}

export const noWithholding: WithholdingRules = { windows: [], inhibit: [] };

const made = new WeakMap<Rules, WithholdingRules>();

/** Made once for a plan. */
export function withholdingRules(rules: Rules): WithholdingRules {
  const known = made.get(rules);
  if (known) return known;
  const ready = {
    windows: rules.maintenance.map((window) => ({ ...window, ready: window.match.map(parseMatcher) })),
    inhibit: rules.inhibit.map(inhibitionRule),
  };
  made.set(rules, ready);
  return ready;
}

export interface Withholding {
  rules: WithholdingRules;
  silences: readonly ReadySilence[];
  /** Alerts that fire now, by key. */
  inhibitors: (key: string) => readonly Inhibitor[];
}

/** Undefined when nothing withholds it. */
export function withheldBy(alert: Alert, alertId: string, atMs: number, known: Withholding): Withheld | undefined {
  return byWindow(alert, atMs, known) ?? bySilence(alert, atMs, known) ?? byInhibitor(alert, alertId, atMs, known);
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

const iso = (ms: number): string => new Date(ms).toISOString();
