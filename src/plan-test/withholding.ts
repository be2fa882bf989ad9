// Tests of what the plan keeps from incidents: one alert that begins, judged by the true rules beside what was there
// already. Nothing runs for it, and no time has to pass.

import type { Alert } from '../core/alert.ts';
import { alertId } from '../core/ids.ts';
import type { WithholdingTest } from '../core/plan/plan-test.ts';
import type { Rules } from '../core/plan/rules.ts';
import { durationMs } from '../core/plan/values.ts';
import { grouped } from '../core/suppression/grouping.ts';
import { type Inhibitor, inhibitsUnder } from '../core/suppression/inhibition.ts';
import { type Withheld, type WithholdingRules, withheldBy, withholdingRules } from '../core/suppression/judge.ts';
import { normalised } from './alerts.ts';
import type { Difference } from './difference.ts';

/** @param nowMs when the alert begins, where the test does not say */
export function withholdingDifferences(plan: Rules, test: WithholdingTest, nowMs: number): Difference[] {
  const rules = withholdingRules(plan);
  const atMs = test.at === undefined ? nowMs : Date.parse(test.at);
  const ago = (duration: string): number => atMs - durationMs(duration);
  const inhibitors = test.while_firing.flatMap((one) =>
    normalised(one, atMs).flatMap((alert) => inhibitorsOf(alert, atMs, rules)),
  );
  const withheld = normalised(test.alert, atMs).flatMap((given) => {
    const alert = grouped(given, rules.groups);
    const by = withheldBy(alert, alertId(alert), atMs, {
      ...{ rules, silences: [] },
      inhibitors: (key) => inhibitors.filter((one) => one.key === key),
      startsOf: () => [atMs, ...test.began.map(ago)],
      groupOf: () => ({ groupId: 'group', isOpen: test.incident_open, waitingSinceMs: test.waiting.map(ago) }),
    });
    return by ?? [];
  });
  return compare(test.expect, withheld[0], atMs);
}

const inhibitorsOf = (alert: Alert, atMs: number, rules: WithholdingRules): Inhibitor[] =>
  inhibitsUnder(alert, rules.inhibit).map(({ key, isTarget }) => ({
    ...{ key, isTarget, alertId: alertId(alert), title: alert.title, startsAtMs: atMs },
  }));

function compare(expected: WithholdingTest['expect'], withheld: Withheld | undefined, atMs: number): Difference[] {
  const actual = withheld === undefined ? 'an incident' : `${withheld.why} by ${withheld.by}`;
  if (expected === 'incident') {
    return withheld === undefined ? [] : [{ path: ['expect'], expected: 'an incident', actual }];
  }
  const { why, by, for: lasting } = expected;
  const wanted = `${why}${by === undefined ? '' : ` by ${by}`}`;
  if (withheld?.why !== why || (by !== undefined && withheld.by !== by)) {
    return [{ path: ['expect'], expected: wanted, actual }];
  }
  if (lasting === undefined) return [];
  const endMs = withheld.until === null ? undefined : Date.parse(withheld.until) - atMs;
  if (endMs === durationMs(lasting)) return [];
  const found = endMs === undefined ? 'without an end' : `${Math.round(endMs / 1_000)}s`;
  return [{ path: ['expect', 'for'], expected: lasting, actual: found }];
}
