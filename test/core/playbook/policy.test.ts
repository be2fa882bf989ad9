import { describe, expect, it } from 'vitest';
import { criticalityOf } from '../../../src/core/enrichment/enrich.ts';
import { allowanceFor, approvalPolicy } from '../../../src/core/playbook/policy.ts';
import { actions, planInput, planWith } from '../plan/sample.ts';

const terms = { quorum: 1, roles: ['responder'], expires_after: '1h' };
const block = actions.get('block');
if (!block) throw new Error('the sample has an action block');

const rules = [
  {
    name: 'critical-at-night',
    criticalities: [1],
    hours: [{ from: '18:00', to: '08:00' }],
    highest_level: 'approve',
    ...terms,
    quorum: 3,
    escalate: [{ after: '10m', team: 'security' }],
    break_glass: true,
  },
  { name: 'critical', criticalities: [1], highest_level: 'approve', ...terms, quorum: 2 },
];
const { plan } = planWith({
  approvals: { ...planInput.approvals, rules },
  assets: {
    assets: [
      { kind: 'host', values: ['db-1', 'DB-2'], criticality: 1 },
      { kind: 'ip', values: ['10.1.0.0/16', '2001:db8::/32'], criticality: 1 },
      { kind: 'service', values: ['wiki'], criticality: 4 },
      { kind: 'resource', values: ['orders'], criticality: 2 },
    ],
  },
} as Partial<typeof planInput>);

const noon = '2026-11-24T12:00:00.000Z';
const night = '2026-11-24T23:00:00.000Z';
const quorum = (target: string, at: string) =>
  allowanceFor(plan, block, target, { severity: 'high', tier: 1, at }).quorum;

describe('who must approve', () => {
  it('depends on the asset that the action touches and on the hour', () => {
    expect(quorum('host:db-1', noon)).toBe(2);
    expect(quorum('host:db-1', night)).toBe(3);
    expect(quorum('host:web-1', night)).toBe(1);
    expect(quorum('ip:10.1.2.3', noon)).toBe(2);
    expect(quorum('ip:203.0.113.7', noon)).toBe(1);
  });

  it('has those told who are further up, and lets one act alone, where the rule says so', () => {
    const allowed = allowanceFor(plan, block, 'host:db-1', { severity: 'high', tier: 1, at: night });
    expect(approvalPolicy(plan, allowed, night)).toMatchObject({
      breakGlass: true,
      escalations: [{ afterMs: 600_000, to: [{ channel: 'console', to: 'security' }] }],
    });
    expect(approvalPolicy(plan, plan.approvals.default, noon)).not.toHaveProperty('escalations');
    expect(approvalPolicy(plan, plan.approvals.default, noon)).not.toHaveProperty('breakGlass');
  });
});

describe('how much an asset matters', () => {
  it.each([
    ['host:db-1', 1],
    ['host:db-2', 1],
    ['host:db-3', null],
    ['service:wiki', 4],
    ['host:wiki', null],
    ['ip:10.1.255.255', 1],
    ['ip:10.1.7.0/24', 1],
    ['ip:10.2.0.1', null],
    ['ip:::ffff:10.1.0.1', 1],
    ['ip:2001:db8::1', 1],
    ['snapshot:orders', 2],
    ['ip:nonsense', null],
    ['none', null],
  ])('%s: %s', (target, criticality) => {
    expect(criticalityOf(plan, target)).toBe(criticality);
  });
});
