// A history of incidents whose truth is known: each kind is a false alarm as often as the table says, and more often when
// it comes from the build hosts at night. What the model can learn beyond the kind is exactly that.

import type { RecordedCase } from '../../../src/core/learning/back-test.ts';
import { caseOf } from '../../../src/core/learning/experience.ts';
import type { IncidentFacts } from '../../../src/core/triage/facts.ts';
import { triage } from '../../../src/core/triage/triage.ts';
import { type Random, randomFrom } from '../../support/random.ts';
import { alertWith, factsWith, planInput, planWith } from '../plan/sample.ts';

const kinds = ['cpu', 'login', 'egress', 'malware'] as const;
/** Chance of a false alarm: by day or from a server, and from a build host at night. */
const truth: Record<(typeof kinds)[number], readonly [number, number]> = {
  cpu: [0.5, 0.95],
  login: [0.3, 0.9],
  egress: [0.2, 0.8],
  malware: [0.02, 0.05],
};

export const historyPlan = planWith({
  rules: {
    ...planInput.rules,
    rules: kinds.map((kind) => ({ name: kind, when: `= labels.kind == "${kind}"`, severity: 'medium' })),
  },
});

const { plan } = historyPlan;

const hourMs = 3_600_000;
const startMs = Date.parse('2026-03-02T00:00:00Z');

export interface Happened {
  facts: IncidentFacts;
  endedAtMs: number;
  isFalseAlarm: boolean;
  /** Of a false alarm, as only the generator knows it. */
  trueChance: number;
}

/** One incident about every hour; each ends within two. */
export function historyOf(count: number, seed: number): Happened[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => happened(random, index));
}

function happened(random: Random, index: number): Happened {
  const openedAtMs = startMs + index * hourMs;
  const kind = random.oneOf(kinds);
  const isBuild = random.between(0, 1) === 1;
  const host = `${isBuild ? 'build' : 'web'}-${random.between(1, 8)}`;
  const isNight = new Date(openedAtMs).getUTCHours() < 8;
  const [otherwise, atNight] = truth[kind];
  const chance = isBuild && isNight ? atNight : otherwise;
  const alert = alertWith({
    fingerprint: `f${index}`,
    title: `${kind} on ${host}`,
    labels: { kind, host, service: random.oneOf(['checkout', 'wiki']), pool: isBuild ? 'build' : 'web' },
    entities: [{ kind: 'host', value: host }],
    groupKey: `${kind} ${host}`,
  });
  const facts = factsWith([alert]);
  const detectedAt = new Date(openedAtMs).toISOString();
  return {
    facts: { ...facts, opened: { ...facts.opened, incidentId: `i${index}`, detectedAt } },
    endedAtMs: openedAtMs + random.between(1, 119) * 60_000,
    isFalseAlarm: random.between(0, 999) < chance * 1_000,
    trueChance: chance,
  };
}

export function recorded({ facts, endedAtMs, isFalseAlarm }: Happened): RecordedCase {
  const { features, kind } = caseOf(facts, triage(plan, facts));
  const { incidentId, detectedAt } = facts.opened;
  return {
    ...{ id: incidentId, openedAtMs: Date.parse(detectedAt), endedAtMs, features, kind },
    verdict: isFalseAlarm ? 'false_alarm' : 'real',
  };
}
