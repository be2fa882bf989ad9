import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alert, entityKinds } from '../../../src/core/alert.ts';
import { canonicalJson } from '../../../src/core/canonical.ts';
import { everyNode } from '../../../src/core/incident/flow.ts';
import { stepBounds } from '../../../src/core/plan/step.ts';
import { planResponse } from '../../../src/core/playbook/plan-steps.ts';
import { severities } from '../../../src/core/severity.ts';
import { startCpuTimer } from '../plan/cpu-time.ts';
import { actions, factsWith, openIncidentWith, planInput, planWith } from '../plan/sample.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('brute_force', 'follows', 'checkout', '203.0.113.7', '198.51.100.1', '__proto__', 'constructor'),
  fc.constantFrom('\u0000', '\ud800', '= labels.kind', '"; drop table', '<script>', `${'x'.repeat(3_000)}`),
);
const key = fc.oneof(fc.constantFrom('kind', 'service', 'alertname', '__proto__', 'hasOwnProperty'), text);

const alert: fc.Arbitrary<Alert> = fc.record({
  source: text,
  fingerprint: text,
  status: fc.constantFrom('firing', 'resolved'),
  title: text,
  description: text,
  severityHint: fc.constantFrom(...severities),
  startsAt: fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    text,
  ),
  labels: fc.dictionary(key, text, { maxKeys: 6 }),
  annotations: fc.dictionary(key, text, { maxKeys: 3 }),
  entities: fc.array(fc.record({ kind: fc.constantFrom(...entityKinds), value: text }), { maxLength: 60 }),
  groupKey: text,
  links: fc.constant([]),
});

const facts = fc
  .record({
    alerts: fc.array(alert, { maxLength: 6 }),
    drill: fc.boolean(),
    openIncidents: fc.array(
      fc.record({ service: text, openedAt: text }).map((one) => openIncidentWith(one)),
      { maxLength: 3 },
    ),
  })
  .map(({ alerts, ...rest }) => factsWith(alerts, rest));

const each = (list: string, step: { id: string } & Record<string, unknown>) => ({
  id: `${step.id}-items`,
  for_each: { in: list, steps: [step] },
});

/** Every kind of step and every way for it to fail. */
const steps = [
  each('= entities.ip', { id: 'each', action: 'block', with: { ip: '= item' }, hold: '3d' }),
  each('= alerts', {
    id: 'all',
    action: 'snapshot',
    with: { target: '= item.title + item.labels.kind' },
    level: 'auto',
  }),
  each('= entities.user + entities.host + entities.url', {
    id: 'every',
    action: 'run',
    with: { command: '= item', arguments: { l: '= labels' } },
  }),
  each('= alerts.map(a, a.labels)', {
    id: 'pairs',
    action: 'run',
    with: { command: 'x', arguments: '= item' },
    title: '= incident.title',
  }),
  { id: 'check', action: 'check', if: '= labels.kind.size() > 3', with: { service: '= service.name' } },
  { id: 'odd', action: 'odd', with: { any: '= alerts' } },
];
/** Ids are unique within a playbook. */
const renamed = (prefix: string, given: unknown): typeof steps =>
  JSON.parse(JSON.stringify(given).replaceAll('"id":"', `"id":"${prefix}`));
const plan = planWith({
  playbooks: [
    { name: 'unknown', title: 'New', contain: steps, verify: renamed('v', steps), recover: renamed('r', steps) },
    {
      name: 'brute-force',
      title: 'B',
      contain: Array.from({ length: 50 }, (_, n) => renamed(`s${n}`, steps)[n % steps.length]),
    },
  ],
  rules: {
    ...planInput.rules,
    rules: [
      ...planInput.rules.rules,
      {
        name: 'odd',
        when: '= alerts.exists(a, int(a.title) > 1)',
        service: '= labels.service',
        title: '= alerts[0].title',
      },
    ],
  },
});

describe('planning', () => {
  it('is total, deterministic, bounded and storable, whatever the alerts say', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const input = { plan, facts: given, actions, capabilities: { block: true } };
        const planned = planResponse(input);
        const steps = everyNode([...planned.contain, ...planned.verify, ...planned.recover]);
        expect(steps.length).toBeLessThanOrEqual(stepBounds.planned);
        expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
        expect(planned.reasons.length).toBeLessThanOrEqual(40);
        const stored = canonicalJson(planned);
        expect(stored.includes('\\u0000')).toBe(false);
        expect(canonicalJson(planResponse(input))).toBe(stored);
        const reversed = { ...given, alerts: [...given.alerts].reverse() };
        if (new Set(given.alerts.map((one) => canonicalKey(one))).size === given.alerts.length) {
          expect(canonicalJson(planResponse({ ...input, facts: reversed }))).toBe(stored);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('stays within its bounds in a storm', () => {
    const storm = Array.from({ length: 2_000 }, (_, n) => ({
      ...(factsWith().alerts[0] as Alert),
      fingerprint: `${n}`,
      entities: Array.from({ length: 50 }, (_, m) => ({ kind: 'ip' as const, value: `192.0.${m}.${n % 256}` })),
    }));
    const cpuMs = startCpuTimer();
    const planned = planResponse({ plan, facts: factsWith(storm), actions, capabilities: {} });
    expect(cpuMs()).toBeLessThan(2_000);
    expect(everyNode(planned.contain).length).toBe(stepBounds.planned);
    expect(planned.reasons.join('\n')).toContain('were left out');
  });

  it('fits one payload even where every step has long parameters', () => {
    const long = { ...(factsWith().alerts[0] as Alert), title: 'x'.repeat(2_000) };
    const storm = Array.from({ length: 50 }, (_, n) => ({ ...long, fingerprint: `${n}`, title: `${n}${long.title}` }));
    const long3 = { command: '= item.title', arguments: { a: '= item.title', b: '= item.title' } };
    const step = (n: number) => each('= alerts', { id: `s${n}`, action: 'run', with: long3 });
    const greedy = planWith({
      playbooks: [{ name: 'unknown', title: 'New', contain: Array.from({ length: 50 }, (_, n) => step(n)) }],
      rules: { ...planInput.rules, rules: [] },
    });
    const planned = planResponse({ plan: greedy, facts: factsWith(storm), actions, capabilities: {} });
    expect(everyNode(planned.contain).length).toBeGreaterThan(20);
    expect(Buffer.byteLength(JSON.stringify(planned))).toBeLessThan(600_000);
  });
});

/** What orders alerts; those that share it may be told apart by nothing. */
const canonicalKey = ({ startsAt, source, fingerprint }: Alert): string => [startsAt, source, fingerprint].join('\n');
