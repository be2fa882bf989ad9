import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../src/core/alert.ts';
import { enrich, enrichmentReasons } from '../../../src/core/enrichment/enrich.ts';
import { responsePlan } from '../../../src/core/plan/response-plan.ts';
import type { EarlierIncident } from '../../../src/core/triage/facts.ts';
import { priorityOf } from '../../../src/core/triage/priority.ts';
import { triage } from '../../../src/core/triage/triage.ts';
import { alertWith, factsWith, planInput } from '../plan/sample.ts';

const plan = responsePlan.parse({
  ...planInput,
  rules: {
    ...planInput.rules,
    rules: [
      {
        name: 'scanner',
        when: '= indicators.good.exists(v, v in entities.ip)',
        dismiss: { disposition: 'benign', reason: 'our own scanner' },
      },
      {
        name: 'always-false',
        when: '= history.incidents >= 3 && history.falsePositives == history.incidents',
        dismiss: { disposition: 'false_positive', reason: 'as often before' },
      },
      { name: 'crown-jewels', when: '= assets.criticality == 1', severity: 'low', playbook: 'unknown' },
    ],
    raise: [
      { known_bad: true, levels: 2 },
      { criticality: 1, levels: 1 },
    ],
  },
  indicators: [
    { name: 'botnet', verdict: 'bad', values: ['198.51.100.0/24', 'EVIL.example', '2001:db8::/32'] },
    { name: 'stale', verdict: 'bad', until: '2026-01-01T00:00:00Z', values: ['203.0.113.7'] },
    { name: 'scanners', verdict: 'good', kinds: ['ip'], values: ['192.0.2.9'] },
  ],
  assets: { assets: [{ kind: 'host', values: ['db-1', '10.0.0.0/8'], criticality: 1 }] },
});
const about = (...entities: Entity[]) => [alertWith({ labels: {}, entities })];
const enriched = (...entities: Entity[]) => enrich(plan, about(...entities), [], Date.parse('2026-03-01T10:00:00Z'));

describe('enrichment', () => {
  it.each([
    ['ip', '198.51.100.77', 'botnet'],
    ['ip', '2001:DB8::5', 'botnet'],
    ['host', 'evil.example', 'botnet'],
    ['ip', '198.51.101.1', undefined],
    ['ip', '203.0.113.7', undefined],
    ['ip', 'no address', undefined],
  ] as const)('finds %s %s: %s', (kind, value, list) => {
    expect(enriched({ kind, value }).bad[0]?.entry.name).toBe(list);
  });

  it('looks at the kinds of a list only, and knows assets by kind', () => {
    expect(enriched({ kind: 'ip', value: '192.0.2.9' }).good).toHaveLength(1);
    expect(enriched({ kind: 'host', value: '192.0.2.9' }).good).toHaveLength(0);
    expect(enriched({ kind: 'host', value: 'DB-1' }).criticality).toBe(1);
    expect(enriched({ kind: 'user', value: 'db-1' }).criticality).toBeNull();
    expect(enriched({ kind: 'host', value: '10.1.2.3' }).criticality).toBe(1);
  });

  it('is asked by rules, raises the severity, and is told', () => {
    const decided = triage(
      plan,
      factsWith(about({ kind: 'host', value: 'db-1' }, { kind: 'ip', value: '198.51.100.7' })),
    );
    expect(decided).toMatchObject({ rule: 'crown-jewels', severity: 'critical' });
    expect(decided.reasons).toEqual([
      'severity critical: rule crown-jewels; raised from low by known-bad ip 198.51.100.7 and criticality 1 of host db-1',
      'priority P1: severity critical, importance 1 of 4; acknowledge by 2026-03-01T10:10:00.000Z, recover by 2026-03-01T11:05:00.000Z',
      'ip 198.51.100.7 is known bad (list botnet)',
      'host db-1 has criticality 1',
      'playbook unknown: rule crown-jewels',
      'team platform: the default',
    ]);
    expect(triage(plan, factsWith(about({ kind: 'ip', value: '192.0.2.9' }))).verdict).toMatchObject({
      kind: 'dismiss',
    });
  });

  it('counts earlier incidents about the same, so that a rule can close what was always false', () => {
    const before = (id: string, disposition: EarlierIncident['disposition']): EarlierIncident => ({
      ...{ id, disposition, openedAt: `2026-02-0${id.slice(1)}T00:00:00.000Z` },
      shared: [{ kind: 'ip', value: '203.0.113.7' }],
    });
    const falseOnes = ['i1', 'i2', 'i3'].map((id) => before(id, 'false_positive'));
    const decide = (earlier: EarlierIncident[]) => triage(plan, factsWith(about(), { earlier }));
    expect(decide(falseOnes).verdict).toMatchObject({ kind: 'dismiss', disposition: 'false_positive' });
    const mixed = decide([...falseOnes, before('i4', 'true_positive')]);
    expect(mixed.verdict.kind).toBe('respond');
    expect(mixed.reasons).toContain(
      '4 earlier incidents about the same, 3 of them false positives; the last is i4 of 2026-02-04',
    );
  });

  it('tells nothing where nothing is known', () => {
    expect(enrichmentReasons(enriched({ kind: 'ip', value: '203.0.113.1' }))).toEqual([]);
  });
});

describe('priority', () => {
  it('is that of the severity, a step up for what matters most, a step down for what matters least', () => {
    const of = (importance: number) =>
      (['critical', 'high', 'medium', 'low', 'info'] as const).map((severity) => priorityOf(severity, importance));
    expect([of(1), of(2), of(3), of(4)]).toEqual([
      [1, 1, 2, 3, 4],
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5],
      [2, 3, 4, 5, 5],
    ]);
  });
});
