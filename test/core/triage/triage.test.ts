import { describe, expect, it } from 'vitest';
import { triage } from '../../../src/core/triage/triage.ts';
import { alertWith, factsWith, openIncidentWith, planInput, planWith } from '../plan/sample.ts';

const { plan } = planWith();
const labelled = (labels: Record<string, string>) => alertWith({ labels, entities: [] });

describe('triage', () => {
  it('decides by the first rule that matches, with its reasons on record', () => {
    expect(triage(plan, factsWith())).toMatchObject({
      verdict: { kind: 'respond' },
      rule: 'brute-force',
      playbook: 'brute-force',
      team: 'security',
      service: 'checkout',
      severity: 'high',
      title: 'Many failures',
      reasons: [
        'severity high: rule brute-force; raised from medium by tier 1',
        'priority P1: severity high, importance 1 of 4; acknowledge by 2026-03-01T10:15:00.000Z, recover by 2026-03-01T11:05:00.000Z',
        'playbook brute-force: rule brute-force',
        'team security: rule brute-force',
      ],
    });
  });

  it('takes what no rule matches as new: default playbook, default team, the worst severity that fires', () => {
    const alerts = [
      alertWith({ labels: { job: 'x' }, severityHint: 'low' }),
      alertWith({ labels: { job: 'x' }, fingerprint: 'f2', severityHint: 'medium' }),
      alertWith({ labels: { job: 'x' }, fingerprint: 'f3', severityHint: 'critical', status: 'resolved' }),
    ];
    const decided = triage(plan, factsWith(alerts));
    expect(decided).toMatchObject({
      rule: null,
      playbook: 'unknown',
      team: 'platform',
      severity: 'medium',
      service: null,
    });
    expect(decided.reasons).toContain('playbook unknown: no rule matches, so it is new');
  });

  it('takes the severity of the opened incident when no alert gives one', () => {
    expect(triage(plan, factsWith([labelled({})])).severity).toBe('low');
    expect(triage(plan, factsWith([])).severity).toBe('low');
  });

  it('never raises beyond critical', () => {
    const alerts = [alertWith({ labels: { service: 'checkout' }, severityHint: 'critical' })];
    const decided = triage(plan, factsWith(alerts));
    expect(decided.severity).toBe('critical');
    expect(decided.reasons[0]).toBe('severity critical: the worst that its alerts say');
  });

  it('dismisses where the rule says so', () => {
    const decided = triage(plan, factsWith([labelled({ alertname: 'Watchdog' })]));
    expect(decided.verdict).toEqual({ kind: 'dismiss', disposition: 'benign', reason: 'always fires' });
    expect(decided.playbook).toBeNull();
    expect(decided.reasons).toContain('dismiss: always fires (rule heartbeat)');
  });

  it.each([
    ['the label', alertWith({ labels: { service: 'wiki' } }), 'wiki'],
    ['an alias in the catalog', alertWith({ labels: { service: 'checkout-api' } }), 'checkout'],
    ['an entity', alertWith({ labels: {}, entities: [{ kind: 'service', value: 'wiki' }] }), 'wiki'],
    ['a name that the catalog does not know', alertWith({ labels: { service: 'new-thing' } }), 'new-thing'],
  ])('finds the service by %s', (_how, alert, service) => {
    expect(triage(plan, factsWith([alert])).service).toBe(service);
  });

  it('gives an incident without a rule’s team to the owner of its service', () => {
    const decided = triage(plan, factsWith([labelled({ service: 'wiki' })]));
    expect(decided.team).toBe('security');
    expect(decided.reasons).toContain('team security: owns wiki');
  });

  it('knows only labels that all alerts share', () => {
    const alerts = [alertWith(), alertWith({ fingerprint: 'f2', labels: { kind: 'other', service: 'checkout' } })];
    expect(triage(plan, factsWith(alerts))).toMatchObject({ rule: null, service: 'checkout' });
  });

  it('says which rule was passed over because of a fault, and not for a label that is not there', () => {
    const rules = {
      ...planInput.rules,
      rules: [{ name: 'faulty', when: '= int(labels.kind) > 1', playbook: 'unknown' }],
    };
    const { reasons } = triage(planWith({ rules }).plan, factsWith());
    expect(reasons[0]).toMatch(/^rule faulty passed over: int\(\)/);
    expect(triage(planWith({ rules }).plan, factsWith([labelled({})])).reasons[0]).toMatch(/^severity/);
  });

  it('computes title and service of a rule, and keeps the given ones when that fails', () => {
    expect(triage(plan, factsWith([labelled({ kind: 'follows', service: 'wiki' })])).title).toBe('Follows in wiki');
    const rule = { name: 'r', when: '= true', title: '= labels.nothing', service: '= labels.app', playbook: 'unknown' };
    const decided = triage(
      planWith({ rules: { ...planInput.rules, rules: [rule] } }).plan,
      factsWith([labelled({ app: 'wiki' })]),
    );
    expect(decided).toMatchObject({ title: 'Many failures', service: 'wiki' });
    expect(decided.reasons.join('\n')).toContain('title of rule r not computed: No such key: nothing');
  });

  it('decides the same whatever the order of the alerts is', () => {
    const alerts = ['a', 'b', 'c'].map((fingerprint) =>
      alertWith({ fingerprint, entities: [{ kind: 'ip', value: fingerprint }] }),
    );
    expect(triage(plan, factsWith([...alerts].reverse()))).toEqual(triage(plan, factsWith(alerts)));
  });
});

describe('correlation', () => {
  const follows = [alertWith({ labels: { kind: 'follows', service: 'checkout' } })];
  const verdict = (...open: ReturnType<typeof openIncidentWith>[]) =>
    triage(plan, factsWith(follows, { openIncidents: open })).verdict;
  const merged = (into: string) => ({ kind: 'merge', into, reason: 'same service checkout within 10m' });

  it('joins the oldest open incident of the same service, in whatever order they are given', () => {
    const older = openIncidentWith({ id: 'z9older', openedAt: '2026-03-01T09:58:00.000Z' });
    expect(verdict(openIncidentWith(), older)).toEqual(merged('z9older'));
    expect(verdict(older, openIncidentWith())).toEqual(merged('z9older'));
  });

  it('happens only where a rule says so', () => {
    expect(triage(plan, factsWith([alertWith()], { openIncidents: [openIncidentWith()] })).verdict.kind).toBe(
      'respond',
    );
  });

  it.each([
    ['another service', { service: 'wiki' }],
    ['one that is too old', { openedAt: '2026-03-01T09:54:00.000Z' }],
    ['one that opened later', { openedAt: '2026-03-01T10:06:00.000Z' }],
    ['one that is less severe: its response would be too small', { severity: 'low' as const }],
    ['a drill', { drill: true }],
    ['itself', { id: 'm0new' }],
    ['one without a service', { service: null }],
  ])('leaves alone %s', (_what, changes) => {
    expect(verdict(openIncidentWith(changes)).kind).toBe('respond');
  });

  it('never takes a drill into a real incident', () => {
    const facts = factsWith(follows, { openIncidents: [openIncidentWith()], drill: true });
    expect(triage(plan, facts).verdict.kind).toBe('respond');
  });

  it('joins only incidents of the playbooks that the rule names', () => {
    const correlate = [{ by: 'service', within: '10m', into: ['unknown'] }];
    const rules = { ...planInput.rules, rules: [{ name: 'r', when: '= true', correlate }] };
    const into = (playbook: string) =>
      triage(planWith({ rules }).plan, factsWith(follows, { openIncidents: [openIncidentWith({ playbook })] })).verdict
        .kind;
    expect(into('brute-force')).toBe('respond');
    expect(into('unknown')).toBe('merge');
  });

  const joins = (condition: object, labels: Record<string, string>, other: object) => {
    const rules = {
      ...planInput.rules,
      rules: [{ name: 'r', when: '= true', correlate: [{ within: '10m', ...condition }] }],
    };
    const catalog = {
      services: [
        { name: 'checkout', aliases: ['checkout-api'], depends_on: ['payments'] },
        { name: 'payments', depends_on: ['db'] },
        { name: 'db', aliases: ['postgres'] },
        { name: 'wiki' },
      ],
    } as unknown as typeof planInput.catalog;
    const facts = factsWith([alertWith({ labels, entities: [] })], { openIncidents: [openIncidentWith(other)] });
    const { verdict } = triage(planWith({ rules, catalog }).plan, facts);
    return verdict.kind === 'merge' ? verdict.reason : verdict.kind;
  };

  it('knows a service by all its names', () => {
    const bySevice = { by: 'service' };
    expect(joins(bySevice, { service: 'checkout' }, { service: 'checkout-api' })).toBe(
      'same service checkout within 10m',
    );
    expect(joins(bySevice, { service: 'checkout-api' }, { service: 'checkout' })).toBe(
      'same service checkout within 10m',
    );
  });

  it.each([
    ['checkout', 'payments', 'checkout depends on payments within 10m'],
    ['checkout', 'postgres', 'checkout depends on db within 10m'],
    ['db', 'checkout', 'checkout depends on db within 10m'],
    ['checkout', 'wiki', 'respond'],
    ['checkout', 'checkout-api', 'respond'],
  ])('by dependency: %s and %s: %s', (service, other, expected) => {
    expect(joins({ by: 'dependency' }, { service }, { service: other })).toBe(expected);
  });

  it('by the same things, whatever their source and service', () => {
    const shared = [
      { kind: 'host' as const, value: 'db-1' },
      { kind: 'user' as const, value: 'root' },
    ];
    expect(joins({ by: 'entity' }, {}, { service: null, shared })).toBe('same host db-1 and 1 more within 10m');
    expect(joins({ by: 'entity', kinds: ['user'] }, {}, { shared })).toBe('same user root within 10m');
    expect(joins({ by: 'entity', kinds: ['ip'] }, {}, { shared })).toBe('respond');
  });

  it('lets one of two that opened in the same moment join the other, never each the other', () => {
    const openedAt = '2026-03-01T10:05:00.000Z';
    expect(verdict(openIncidentWith({ id: 'a0', openedAt })).kind).toBe('merge');
    expect(verdict(openIncidentWith({ id: 'z0', openedAt })).kind).toBe('respond');
  });
});
