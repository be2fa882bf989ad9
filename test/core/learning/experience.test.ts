import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseOf, type Experience, learntFrom, taught } from '../../../src/core/learning/experience.ts';
import { learn, modelDigest, newModel } from '../../../src/core/learning/model.ts';
import type { PastIncident } from '../../../src/core/learning/suggest.ts';
import { type Ended, verdictOf } from '../../../src/core/learning/verdict.ts';
import { planResponse } from '../../../src/core/playbook/plan-steps.ts';
import type { Severity } from '../../../src/core/severity.ts';
import type { IncidentFacts } from '../../../src/core/triage/facts.ts';
import { triage } from '../../../src/core/triage/triage.ts';
import { actions, alertWith, factsWith, planInput, planWith } from '../plan/sample.ts';

const nothing: Experience = {
  ...{ model: newModel(), digest: 'none', evidence: { verdicts: 0, falseAlarms: 0 }, history: [] },
};
const past = (severity: Severity, takenBy: string | null = null, proposed: Severity = 'low'): PastIncident => ({
  ...{ verdict: 'real', proposed, severity, isSeverityByPerson: severity !== proposed, takenBy },
});
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
/** No rule matches: severity low, team platform by default. */
const unmatched = factsWith([alertWith({ labels: { job: 'x' }, severityHint: 'low' })]);
const open = (learnt: 'suggest' | 'use') =>
  planWith({ rules: { ...planInput.rules, learnt } as never, routing: { ...planInput.routing, learnt } as never });
const decide = ({ plan }: ReturnType<typeof planWith>, facts: IncidentFacts, experience: Partial<Experience>) =>
  taught(plan, facts, triage(plan, facts), { ...nothing, ...experience });

describe('what was learnt, while a response is planned', () => {
  it('says nothing and changes nothing while nothing is known', () => {
    const { plan } = planWith();
    const triaged = triage(plan, unmatched);
    expect(taught(plan, unmatched, triaged, nothing)).toEqual({ triaged, judgement: undefined });
  });

  it('says how likely it is a false alarm and why, once people have said enough', () => {
    const { plan } = planWith();
    const noisy = factsWith();
    const quiet = factsWith([alertWith({ labels: { kind: 'follows', service: 'wiki' } })]);
    const model = newModel();
    const seen = [noisy, quiet].map((facts) => caseOf(facts, triage(plan, facts)).features);
    for (let at = 0; at < 40; at += 1) learn(model, seen[at % 2] ?? [], at % 2 ? 'real' : 'false_alarm');
    const experience = { model, digest: modelDigest(model) };
    const evidence = { verdicts: 20, falseAlarms: 20 };
    const { judgement, triaged } = decide(planWith(), noisy, { ...experience, evidence });
    expect(judgement?.chance).toBeGreaterThan(0.7);
    expect(judgement?.because[0]).toBe(
      '20 of 20 earlier incidents of rule brute-force on service checkout were false alarms',
    );
    expect(judgement?.because[1]).toContain('for a false alarm: ');
    expect(triaged.reasons.at(-1)).toContain(
      `learnt: likely a false alarm: ${Math.round((judgement?.chance ?? 0) * 100)} % (model ${experience.digest}): 20 of 20`,
    );
    expect(decide(planWith(), quiet, { ...experience, evidence }).judgement?.chance).toBeLessThan(0.3);
    // Of this kind nobody has said enough.
    const few = { verdicts: 2, falseAlarms: 2 };
    expect(decide(planWith(), noisy, { ...experience, evidence: few }).judgement).toBeUndefined();
  });

  it('suggests what people made of it, and changes nothing by that', () => {
    const history = times(5, past('high', 'security'));
    const { triaged } = decide(open('suggest'), unmatched, { history });
    expect(triaged).toMatchObject({ severity: 'low', team: 'platform' });
    const words = 'incidents of source generic called like it without a service';
    expect(learntFrom(triaged.reasons)).toEqual({
      judged: [],
      suggested: [
        `severity high, as 5 of the last 5 ${words} ended with severity high, where the plan said low`,
        `team security, as they took 5 of the last 5 ${words}`,
      ],
      others: triage(open('suggest').plan, unmatched).reasons,
    });
  });

  it('uses it where the plan lets it and no rule speaks, with its reason', () => {
    const history = times(5, past('high', 'lead'));
    const { triaged } = decide(open('use'), unmatched, { history });
    // The lead is told as a part of team security.
    expect(triaged).toMatchObject({ severity: 'high', team: 'security' });
    expect(triaged.reasons[0]).toMatch(/^severity high: learnt, as 5 of the last 5 incidents of source generic/);
    expect(triaged.reasons.some((reason) => reason.startsWith('priority P2: severity high'))).toBe(true);
    const input = { plan: open('use'), facts: unmatched, actions, capabilities: {}, triaged };
    expect(planResponse(input)).toMatchObject({
      severity: 'high',
      team: 'security',
      page: { levels: [[{ to: 'security' }], [{ to: 'lead' }]] },
    });
  });

  it('never changes what a rule names, nor the owner of a service', () => {
    const history = times(8, past('critical', 'platform', 'high'));
    // Rule brute-force names severity and team.
    expect(decide(open('use'), factsWith(), { history }).triaged).toMatchObject({ severity: 'high', team: 'security' });
    const wiki = factsWith([alertWith({ labels: { service: 'wiki' }, severityHint: 'low' })]);
    const taken = { history: times(8, past('low', 'platform')) };
    expect(decide(open('use'), wiki, taken).triaged).toMatchObject({ team: 'security' });
  });

  it('needs enough incidents and that people agree, and looks only at what the plan proposed alike', () => {
    const suggestion = (history: PastIncident[]) => decide(open('use'), unmatched, { history }).triaged.severity;
    expect(suggestion(times(4, past('high')))).toBe('low');
    expect(suggestion([...times(5, past('high')), ...times(5, past('low'))])).toBe('low');
    expect(suggestion(times(9, past('high', null, 'medium')))).toBe('low');
    expect(suggestion([...times(6, past('high')), ...times(4, past('low'))])).toBe('high');
  });

  it('never lowers a severity, never takes a route from a rule, never ends anything, whatever happened before', () => {
    const severity = fc.constantFrom<Severity>('critical', 'high', 'medium', 'low', 'info');
    const incident = fc.record({
      verdict: fc.constantFrom('real' as const, 'false_alarm' as const),
      proposed: severity,
      severity,
      isSeverityByPerson: fc.boolean(),
      takenBy: fc.option(fc.constantFrom('security', 'platform', 'lead', 'on-call', '__proto__')),
    });
    const order: Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
    fc.assert(
      fc.property(
        fc.array(incident, { maxLength: 20 }),
        fc.constantFrom(unmatched, factsWith(), factsWith([alertWith({ labels: { alertname: 'Watchdog' } })])),
        fc.constantFrom<'suggest' | 'use'>('suggest', 'use'),
        (history, facts, mode) => {
          const plan = open(mode);
          const alone = triage(plan.plan, facts);
          const { triaged } = decide(plan, facts, { history });
          expect(order.indexOf(triaged.severity)).toBeLessThanOrEqual(order.indexOf(alone.severity));
          if (alone.byRule.team || mode === 'suggest') expect(triaged.team).toBe(alone.team);
          if (alone.byRule.severity || mode === 'suggest') expect(triaged.severity).toBe(alone.severity);
          expect(triaged.verdict).toEqual(alone.verdict);
          expect(triaged.playbook).toBe(alone.playbook);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what an incident is described by', () => {
  it('does not depend on the order of its alerts, is bounded, and keeps no value of a label or an entity', () => {
    const labels = fc.dictionary(fc.string({ maxLength: 10 }), fc.constantFrom('secret-1', 'secret-2'), {
      maxKeys: 60,
    });
    const alert = fc
      .tuple(fc.nat(50), labels)
      .map(([at, some]) =>
        alertWith({ fingerprint: `f${at}`, labels: some, entities: [{ kind: 'user', value: `secret ${at}` }] }),
      );
    fc.assert(
      fc.property(fc.uniqueArray(alert, { maxLength: 30, selector: ({ fingerprint }) => fingerprint }), (alerts) => {
        const { plan } = planWith();
        const of = (some: typeof alerts) => caseOf(factsWith(some), triage(plan, factsWith(some)));
        const described = of(alerts);
        expect(of(alerts.toReversed())).toEqual(described);
        expect(described.features.length).toBeLessThan(120);
        expect(described.features.every(({ value }) => value > 0 && value <= 1)).toBe(true);
        expect(JSON.stringify(described)).not.toContain('secret');
      }),
      { numRuns: 50 },
    );
  });
});

describe('what people said', () => {
  const ended = (change: Partial<Ended>) =>
    verdictOf({
      ...{ status: 'closed', disposition: null, dismissedBy: null },
      ...{ isAcknowledged: false, isResolvedByPerson: false, severityByPerson: null },
      ...change,
    });

  it.each([
    [
      'dismissed by a person as false',
      { status: 'dismissed', disposition: 'false_positive', dismissedBy: 'key:ana' },
      'false_alarm',
    ],
    [
      'dismissed by a person as benign',
      { status: 'dismissed', disposition: 'benign', dismissedBy: 'key:ana' },
      'false_alarm',
    ],
    [
      'dismissed by a person as true',
      { status: 'dismissed', disposition: 'true_positive', dismissedBy: 'key:ana' },
      'real',
    ],
    ['dismissed as a duplicate', { status: 'dismissed', disposition: 'duplicate', dismissedBy: 'key:ana' }, null],
    ['dismissed by a rule', { status: 'dismissed', disposition: 'false_positive', dismissedBy: 'firebreak' }, null],
    ['closed by itself', {}, null],
    ['closed after someone acknowledged it', { isAcknowledged: true }, 'real'],
    ['resolved by a person', { isResolvedByPerson: true }, 'real'],
    ['merged', { status: 'merged', isAcknowledged: true }, null],
  ] satisfies [string, Partial<Ended>, string | null][])('is, of an incident %s, %j: %s', (_, change, verdict) => {
    expect(ended(change)).toBe(verdict);
  });
});
