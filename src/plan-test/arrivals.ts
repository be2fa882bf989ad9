// A test of what becomes of alerts as they come: which are together in an incident, which are withheld, by what. Decided by
// the inbox's own decision, without a server.

import { idOf } from '../core/inbox/known.ts';
import { type ReplayedAlert, replay } from '../core/inbox/replay.ts';
import type { ArrivalsTest } from '../core/plan/plan-test.ts';
import type { Rules } from '../core/plan/rules.ts';
import { durationMs } from '../core/plan/values.ts';
import { type ReadySilence, readySilence, withholdingRules } from '../core/suppression/judge.ts';
import { normalised } from './alerts.ts';
import type { Difference } from './difference.ts';

/** Alerts go by their places in the test, from 1. */
interface Seen {
  incidents: number[][];
  withheld: { alert: number; why: string; by: string; released: boolean }[];
}

export function arrivalDifferences(rules: Rules, test: ArrivalsTest, nowMs: number): Difference[] {
  const seen = seenIn(test, rules, nowMs);
  return [...differentIncidents(test, seen), ...differentWithheld(test, seen)];
}

function seenIn(test: ArrivalsTest, rules: Rules, nowMs: number): Seen {
  const opensMs = test.opens === undefined ? nowMs : Date.parse(test.opens);
  const places = new Map<string, number>();
  const alerts = test.alerts.flatMap(({ at, for: lasts, alert: written }, index) => {
    const startsAtMs = opensMs + durationMs(at);
    return normalised(written, startsAtMs).map((one) => {
      const began = { ...one, startsAt: new Date(startsAtMs).toISOString() };
      places.set(idOf(began), index + 1);
      if (lasts === undefined) return began;
      return { ...began, status: 'resolved' as const, endsAt: new Date(startsAtMs + durationMs(lasts)).toISOString() };
    });
  });
  const replayed = replay(alerts, withholdingRules(rules), silencesOf(test, opensMs));
  const placeOf = ({ alert }: ReplayedAlert): number => places.get(idOf(alert)) ?? 0;
  const together = Map.groupBy(replayed, ({ incidentId }) => incidentId);
  const incidents = [...together].flatMap(([id, all]) =>
    id === null ? [] : [[...new Set(all.map(placeOf))].sort(byNumber)],
  );
  const withheld = replayed.flatMap((one) =>
    one.withheld
      ? [{ alert: placeOf(one), why: one.withheld.why, by: one.withheld.by, released: one.incidentId !== null }]
      : [],
  );
  return { incidents, withheld };
}

const byNumber = (a: number, b: number): number => a - b;

const silencesOf = ({ silences }: ArrivalsTest, opensMs: number): ReadySilence[] =>
  silences.map(({ name, match, from, until }) =>
    readySilence({
      id: name,
      matchers: match,
      owner: 'test',
      reason: 'The test has it',
      startsAtMs: opensMs + durationMs(from),
      endsAtMs: opensMs + durationMs(until),
    }),
  );

function differentIncidents({ expect: { incidents } }: ArrivalsTest, seen: Seen): Difference[] {
  if (!incidents) return [];
  const wanted = incidents.map((places) => [...new Set(places)].sort(byNumber));
  const text = (all: number[][]): string =>
    all.length === 0
      ? 'none'
      : all
          .map((places) => places.join(' '))
          .sort()
          .join(' | ');
  if (text(wanted) === text(seen.incidents)) return [];
  return [{ path: ['expect', 'incidents'], expected: text(wanted), actual: text(seen.incidents) }];
}

function differentWithheld({ expect: { withheld } }: ArrivalsTest, seen: Seen): Difference[] {
  if (!withheld) return [];
  const left = [...seen.withheld];
  const missing = withheld.flatMap((wanted, index): Difference[] => {
    const { alert, why, by = undefined, released = undefined } = wanted;
    const found = left.findIndex(
      (one) =>
        one.alert === alert &&
        one.why === why &&
        one.by === (by ?? one.by) &&
        one.released === (released ?? one.released),
    );
    if (found >= 0) {
      left.splice(found, 1);
      return [];
    }
    const actual = seen.withheld.find((one) => one.alert === alert);
    const expected = heldText({ alert, why, by, released });
    return [
      { path: ['expect', 'withheld', index], expected, actual: actual ? heldText(actual) : `${alert} is not withheld` },
    ];
  });
  // What is not named at all; what is named wrongly was told.
  const strangers = left.filter(({ alert }) => !withheld.some((wanted) => wanted.alert === alert));
  return [
    ...missing,
    ...strangers.map((one) => ({
      path: ['expect', 'withheld'],
      expected: `${one.alert} not withheld`,
      actual: heldText(one),
    })),
  ];
}

const heldText = (held: {
  alert: number;
  why: string;
  by?: string | undefined;
  released?: boolean | undefined;
}): string =>
  [
    `${held.alert} ${held.why}`,
    held.by === undefined ? '' : ` by ${held.by}`,
    held.released === undefined ? '' : held.released ? ', released later' : ', never released',
  ].join('');
