// A plan, actions and facts to try decisions with.

import { z } from 'zod';
import type { Alert } from '../../../src/core/alert.ts';
import type { ActionKind, Risk } from '../../../src/core/plan/approvals.ts';
import { type LoadedPlan, responsePlan, withDigest } from '../../../src/core/plan/response-plan.ts';
import type { ActionRegistry, ActionView } from '../../../src/core/playbook/action-view.ts';
import type { IncidentFacts, OpenIncident } from '../../../src/core/triage/facts.ts';

const sla = { acknowledge: '5m', quiet: '1m', recovery_reminder: '1h', recovery_reminders: 2, review: '0s' };
const terms = { quorum: 1, roles: ['responder', 'admin'], expires_after: '4h', remind_after: '15m' };

/** As the YAML files would say it; parts can be replaced. */
export const planInput = {
  playbooks: [
    {
      name: 'brute-force',
      title: 'Brute force',
      runbook: 'https://runbooks.example.com/brute-force',
      contain: [
        { id: 'keep', action: 'snapshot', with: { target: 'disk' }, level: 'auto' },
        {
          id: 'blocks',
          for_each: {
            in: '= entities.ip',
            steps: [{ id: 'block', action: 'block', with: { ip: '= item' }, hold: '2h', level: 'auto' }],
          },
        },
      ],
      verify: [{ id: 'health', action: 'check', with: { service: '= service.name' }, level: 'auto' }],
    },
    { name: 'unknown', title: 'New', runbook: 'Read the alerts.' },
  ] as unknown[],
  rules: {
    rules: [
      {
        name: 'heartbeat',
        when: '= labels.alertname == "Watchdog"',
        dismiss: { disposition: 'benign', reason: 'always fires' },
      },
      {
        name: 'brute-force',
        when: '= labels.kind == "brute_force"',
        severity: 'medium',
        playbook: 'brute-force',
        team: 'security',
      },
      {
        name: 'follows',
        when: '= labels.kind == "follows"',
        title: '= "Follows in " + service.name',
        correlate: [{ by: 'service', within: '10m' }],
      },
    ] as unknown[],
    default: { playbook: 'unknown' },
    raise: [{ tier: 1, levels: 1 }],
  },
  routing: {
    teams: [
      { name: 'platform', levels: [[{ channel: 'console', to: 'on-call' }]] },
      { name: 'security', levels: [[{ channel: 'console', to: 'security' }], [{ channel: 'console', to: 'lead' }]] },
    ],
    default_team: 'platform',
  },
  approvals: {
    rules: [
      { name: 'free', actions: ['check', 'snapshot'], highest_level: 'auto', ...terms },
      { name: 'tier-1', risks: ['high'], tiers: [1], highest_level: 'approve', ...terms, quorum: 2, roles: ['admin'] },
    ] as unknown[],
    default: { highest_level: 'approve', ...terms },
  },
  slas: { critical: sla, high: { ...sla, acknowledge: '10m' }, medium: sla, low: sla, info: sla },
  guards: {
    protected: { cidrs: ['198.51.100.1'] },
    widest_prefix: { ipv4: 24, ipv6: 64 },
    longest_hold: '1h',
  },
  catalog: {
    services: [
      {
        name: 'checkout',
        aliases: ['checkout-api'],
        tier: 1,
        runbooks: [{ title: 'Checkout', url: 'https://runbooks.example.com/checkout' }],
      },
      { name: 'wiki', tier: 4, team: 'security' },
    ],
  },
};

export function planWith(changes: Partial<typeof planInput> = {}): LoadedPlan {
  return withDigest(responsePlan.parse({ ...planInput, ...changes }));
}

/** A plan whose only rule leads to a playbook with these steps to contain. */
export function planOfSteps(...contain: unknown[]): LoadedPlan {
  return planWith({
    playbooks: [{ name: 'unknown', title: 'New', contain }],
    rules: { ...planInput.rules, rules: [] },
  });
}

function action(
  name: string,
  kind: ActionKind,
  risk: Risk,
  params: z.ZodType,
  more: Partial<ActionView> = {},
): ActionView {
  const shown = (given: unknown) => Object.values(given as Record<string, unknown>).join(' ');
  return {
    name,
    title: `The ${name}`,
    kind,
    risk,
    params,
    timeoutMs: 10_000,
    target: (given) => `${name}:${shown(given)}`,
    describe: (given) => `Do ${name} of ${shown(given)}`,
    refuse: () => undefined,
    ...more,
  };
}

export const actions: ActionRegistry = new Map(
  [
    action('block', 'containment', 'medium', z.strictObject({ ip: z.ipv4() }), {
      undo: true,
      refuse: (given, facts) =>
        facts.protected.cidrs.includes((given as { ip: string }).ip)
          ? { code: 'protected_address', reason: 'The plan protects it' }
          : undefined,
    }),
    action('snapshot', 'change', 'low', z.strictObject({ target: z.string() })),
    action('check', 'check', 'low', z.strictObject({ service: z.string().min(1) })),
    action(
      'run',
      'change',
      'high',
      z.strictObject({ command: z.string(), arguments: z.record(z.string(), z.json()).default({}) }),
    ),
    action('odd', 'change', 'low', z.looseObject({}), {
      describe: () => {
        throw new Error('cannot say what it does');
      },
    }),
  ].map((one) => [one.name, one]),
);

export function alertWith(changes: Partial<Alert> = {}): Alert {
  return {
    source: 'generic',
    fingerprint: 'f1',
    status: 'firing',
    title: 'Many failures',
    startsAt: '2026-03-01T10:00:00.000Z',
    labels: { kind: 'brute_force', service: 'checkout' },
    annotations: {},
    entities: [{ kind: 'ip', value: '203.0.113.7' }],
    groupKey: 'g1',
    links: [],
    ...changes,
  };
}

export function factsWith(alerts: Alert[] = [alertWith()], changes: Partial<IncidentFacts> = {}): IncidentFacts {
  return {
    opened: {
      incidentId: 'm0new',
      severity: 'low',
      title: 'Many failures',
      impactStartedAt: '2026-03-01T10:00:00.000Z',
      detectedAt: '2026-03-01T10:05:00.000Z',
    },
    drill: false,
    alerts,
    openIncidents: [],
    earlier: [],
    ...changes,
  };
}

export function openIncidentWith(changes: Partial<OpenIncident> = {}): OpenIncident {
  return {
    id: 'a0old',
    service: 'checkout',
    playbook: 'brute-force',
    severity: 'critical',
    openedAt: '2026-03-01T10:00:00.000Z',
    drill: false,
    shared: [],
    ...changes,
  };
}
