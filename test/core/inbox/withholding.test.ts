// What is withheld, decided without a database: against the words of Alertmanager's documentation, alert by alert.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/alert.ts';
import { decideInbox } from '../../../src/core/inbox/decide.ts';
import type { InboxKnowledge } from '../../../src/core/inbox/known.ts';
import { rules } from '../../../src/core/plan/rules.ts';
import { readySilence, withholdingRules } from '../../../src/core/suppression/judge.ts';
import { alertLike, startOfTestMs } from '../../support/alerts.ts';

const plan = withholdingRules(
  rules.parse({
    rules: [],
    default: { playbook: 'unknown' },
    inhibit: [
      { name: 'a', source: ['severity=~"critical|high"'], target: ['severity!="critical"'], equal: ['cluster'] },
    ],
  }),
);
const atMs = startOfTestMs + 3_600_000;
const nothing: InboxKnowledge = {
  ...{ episodes: [], groups: [], incidents: [], deliveries: new Set(), inhibitors: [], waiting: [] },
  silences: [
    readySilence({
      ...{ id: 's1', owner: 'key:ana', reason: 'test', startsAtMs: 0, endsAtMs: atMs + 1 },
      matchers: ['cluster="silent"', 'severity!="critical"'],
    }),
  ],
};

interface Labels {
  severity: string;
  cluster: string;
}
const labels: fc.Arbitrary<Labels> = fc.record({
  severity: fc.constantFrom('critical', 'high', 'low', ''),
  cluster: fc.constantFrom('eu', 'us', 'silent', ''),
});
const alertOf = (one: Labels, index: number): Alert => {
  const known = Object.entries(one).filter(([, value]) => value !== '');
  return alertLike({ fingerprint: `f${index}`, groupKey: `g${index % 3}`, labels: Object.fromEntries(known) });
};

/** In the words of the documentation. */
function expected(all: Labels[], one: Labels): 'silenced' | 'inhibited' | 'fired' {
  if (one.cluster === 'silent' && one.severity !== 'critical') return 'silenced';
  const isSource = ({ severity }: Labels) => severity === 'critical' || severity === 'high';
  const isTarget = ({ severity }: Labels) => severity !== 'critical';
  const inhibitors = all.filter((other) => isSource(other) && other.cluster === one.cluster);
  // One that both sides match is inhibited by those only that are no targets themselves.
  const counting = isSource(one) ? inhibitors.filter((other) => !isTarget(other)) : inhibitors;
  return isTarget(one) && counting.length > 0 ? 'inhibited' : 'fired';
}

const decide = (alerts: Alert[]) => {
  const decision = decideInbox([{ source: 'generic', receivedAtMs: atMs, alerts }], nothing, plan);
  const changes = new Map(
    decision.episodes.map(({ added, withheld, incidentId }) => [
      added?.alert.fingerprint,
      withheld?.why ?? (incidentId && 'fired'),
    ]),
  );
  return { decision, changes };
};

describe('what is withheld', () => {
  it('is what the rules say, in whatever order the alerts of a batch stand', () => {
    fc.assert(
      fc.property(fc.array(labels, { minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.nat()), (all, noise) => {
        const alerts = all.map(alertOf);
        const shuffled = alerts
          .map((alert) => ({ alert, place: noise.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ alert }) => alert);
        const { decision, changes } = decide(shuffled);
        for (const [index, one] of all.entries()) expect(changes.get(`f${index}`)).toBe(expected(all, one));
        const withheld = all.filter((one) => expected(all, one) !== 'fired').length;
        expect(decision.outcomes[0]).toMatchObject({ accepted: all.length, withheld });
        expect(decision.events).toHaveLength(all.length - withheld);
      }),
    );
  });

  it('ends within the batch that begins it without ever becoming an incident', () => {
    const [firing] = [alertOf({ severity: 'low', cluster: 'silent' }, 1)];
    const resolved: Alert = { ...firing, status: 'resolved', endsAt: new Date(atMs).toISOString() };
    const { decision } = decide([firing, resolved]);
    expect(decision.events).toEqual([]);
    expect(decision.episodes).toMatchObject([{ status: 'resolved', incidentId: null, withheld: { why: 'silenced' } }]);
    expect(decision.changes[0]?.[0]?.changes.map(({ change }) => change)).toEqual(['silenced', 'resolved']);
  });
});
