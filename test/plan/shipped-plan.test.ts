import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actions } from '../../src/actions/index.ts';
import type { Alert } from '../../src/core/alert.ts';
import { everyNode } from '../../src/core/incident/flow.ts';
import { phases } from '../../src/core/plan/playbook.ts';
import { everyStep } from '../../src/core/plan/step.ts';
import { planResponse } from '../../src/core/playbook/plan-steps.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { loadTests } from '../../src/plan/load-tests.ts';

const folder = join(import.meta.dirname, '../../response-plan');
const loaded = await loadPlan(folder);
const { plan } = loaded;

function respondTo(labels: Record<string, string>, more: Partial<Alert> = {}) {
  const alert: Alert = {
    source: 'alertmanager',
    fingerprint: 'f1',
    status: 'firing',
    title: 'An alert',
    severityHint: 'medium',
    startsAt: '2026-03-01T10:00:00.000Z',
    labels,
    annotations: {},
    entities: [{ kind: 'ip', value: '203.0.113.7' }],
    groupKey: 'g',
    links: [],
    ...more,
  };
  const at = '2026-03-01T10:00:05.000Z';
  const opened = {
    incidentId: 'i1',
    severity: 'medium',
    title: alert.title,
    impactStartedAt: at,
    detectedAt: at,
  } as const;
  return planResponse({
    plan: loaded,
    facts: { opened, drill: false, alerts: [alert], openIncidents: [], earlier: [] },
    actions,
    capabilities: {},
  });
}

const stepsOf = (planned: ReturnType<typeof respondTo>) =>
  phases.flatMap((phase) => everyNode(planned[phase])).filter((node) => node.type === 'action');

describe('the plan that ships', () => {
  it.each([
    ['brute_force', 'brute-force', ['block_ip']],
    ['failed_deployment', 'failed-deployment', ['rollback_service', 'http_check']],
    ['service_down', 'service-down', ['restart_service', 'http_check', 'rollback_service', 'http_check']],
    ['disk_full', 'disk-full', ['run_command', 'run_command']],
    ['data_loss', 'data-loss', ['snapshot', 'restore']],
  ])('answers the kind %s by the playbook %s, every step of it ready to run', (kind, playbook, names) => {
    const planned = respondTo({ kind, service: 'checkout' });
    expect(planned).toMatchObject({ verdict: { kind: 'respond' }, playbook, service: 'checkout' });
    expect(stepsOf(planned).map(({ action }) => action)).toEqual(names);
    expect(stepsOf(planned).map(({ skip }) => skip)).toEqual(names.map(() => null));
  });

  it.each([
    ['SSHBruteForce', 'brute-force'],
    ['InstanceDown', 'service-down'],
    ['NodeFilesystemAlmostOutOfSpace', 'disk-full'],
    ['DeploymentFailed', 'failed-deployment'],
    ['SomethingElse', 'unknown'],
  ])('knows the alert %s as %s', (alertname, playbook) => {
    expect(respondTo({ alertname }).playbook).toBe(playbook);
  });

  it('knows brute force by what its title says, when no label does', () => {
    expect(respondTo({}, { title: 'Possible credential stuffing on /login' }).playbook).toBe('brute-force');
  });

  it('restores data loss to what was before the impact, not to the copy of what is left', () => {
    const restore = stepsOf(respondTo({ kind: 'data_loss', service: 'orders-db' })).at(-1);
    expect(restore?.params).toEqual({ target: 'orders-db', before: '2026-03-01T10:00:05.000Z' });
  });

  it('pages a person and does nothing by itself for what it does not know', () => {
    const planned = respondTo({ alertname: 'SomethingElse' });
    expect(stepsOf(planned)).toEqual([]);
    expect(planned.page.levels.length).toBeGreaterThan(1);
  });

  it('dismisses the heartbeat of alerting', () => {
    expect(respondTo({ alertname: 'Watchdog' }).verdict).toMatchObject({ kind: 'dismiss', disposition: 'benign' });
  });

  it('touches no service that it cannot name', () => {
    const skipped = stepsOf(respondTo({ kind: 'service_down' })).map(({ skip }) => skip?.code);
    expect(skipped).toEqual(['condition_false', 'condition_false']);
  });

  it('starts low: what changes a system waits for a person, only checks and snapshots run by themselves', () => {
    for (const { kind, name } of actions.values()) {
      const isFree = kind === 'check' || name === 'snapshot';
      const playbooks = plan.playbooks.map((playbook) => phases.flatMap((phase) => playbook[phase]));
      for (const steps of [...playbooks, ...plan.modules.map((module) => module.steps)]) {
        const all = everyStep(steps, []).map(({ step }) => step);
        const own = all.filter((step) => 'action' in step && step.action === name);
        expect(own.every((step) => isFree || !('level' in step) || step.level !== 'auto')).toBe(true);
      }
    }
    const levels = ['brute_force', 'failed_deployment', 'service_down', 'disk_full', 'data_loss'].flatMap((kind) =>
      stepsOf(respondTo({ kind, service: 'checkout' })).filter(
        (step) => step.kind !== 'check' && step.action !== 'snapshot',
      ),
    );
    expect(new Set(levels.map(({ level }) => level))).toEqual(new Set(['approve']));
  });

  it('leads to every playbook, and every playbook has a runbook for people', () => {
    const reached = new Set([plan.rules.default.playbook, ...plan.rules.rules.flatMap((rule) => rule.playbook ?? [])]);
    expect(plan.playbooks.map(({ name }) => name).filter((name) => !reached.has(name))).toEqual([]);
    expect(plan.playbooks.filter(({ runbook }) => runbook === undefined)).toEqual([]);
  });

  it('says with each playbook what it answers: ATT&CK techniques in their form, or pages', () => {
    const known = plan.playbooks.filter(({ name }) => name !== plan.rules.default.playbook);
    expect(known.length).toBeGreaterThanOrEqual(15);
    for (const { name, references } of known) {
      expect(references.length, name).toBeGreaterThan(0);
      for (const one of references) expect(one, name).toMatch(/^(T\d{4}(\.\d{3})?|https:\/\/\S+)$/);
    }
  });

  it('tests each playbook for what goes well, a refusal, an expiry, a failure and a false positive', async () => {
    const read = await loadTests(folder, () => undefined);
    const tests = new Map(read.ok ? read.loaded.map(({ path, file }) => [path, file.tests]) : []);
    for (const { name } of plan.playbooks.filter((one) => one.name !== plan.rules.default.playbook)) {
      const own = tests.get(`tests/${name}.yaml`) ?? [];
      expect(own.length, name).toBeGreaterThanOrEqual(5);
      const events = own.flatMap((test) => test.events);
      expect(
        events.some(({ approve }) => approve),
        `${name}: approved`,
      ).toBe(true);
      expect(
        events.some(({ reject }) => reject),
        `${name}: refused`,
      ).toBe(true);
      expect(
        own.some(({ outcomes }) => outcomes.some(({ result }) => result === 'failed')),
        `${name}: failed`,
      ).toBe(true);
      expect(
        events.some(({ dismiss }) => dismiss),
        `${name}: dismissed`,
      ).toBe(true);
      const expired = JSON.stringify(own).match(/approval_expired|"way":\{"result":"failed"/);
      expect(expired, `${name}: expired`).not.toBeNull();
    }
  });

  it('can be approved on a fresh install, where there is one administrator', () => {
    const steps = ['brute_force', 'failed_deployment', 'service_down', 'disk_full', 'data_loss'].flatMap((kind) =>
      stepsOf(respondTo({ kind, service: 'checkout' })),
    );
    expect(steps.every(({ approval }) => approval.quorum === 1 && approval.roles.includes('admin'))).toBe(true);
  });
});
