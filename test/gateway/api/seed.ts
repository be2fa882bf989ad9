// Rows as the inbox and the workflows write them.

import { requestApproval } from '../../../src/approvals/lifecycle.ts';
import type { ApprovalSubject } from '../../../src/contract/activities.ts';
import { subjectDigest } from '../../../src/core/approval/subject.ts';
import { approvalIdOf, containmentIdOf, derivedId, groupIdOf, incidentIdOf } from '../../../src/core/ids.ts';
import type { IncidentStatus } from '../../../src/core/incident/status.ts';
import type { Severity } from '../../../src/core/severity.ts';
import type { Store } from '../../../src/store/database.ts';

export interface SeedIncident {
  status?: IncidentStatus;
  severity?: Severity;
  title?: string;
  service?: string | null;
  openedAt?: string;
}

let count = 0;

export async function seedIncident(store: Store, seed: SeedIncident = {}): Promise<string> {
  count += 1;
  const groupId = groupIdOf('test', `group ${process.pid} ${count}`);
  const incidentId = incidentIdOf(groupId, 0);
  const openedAt = seed.openedAt ?? new Date().toISOString();
  await store
    .insertInto('incident_groups')
    .values({ group_id: groupId, source: 'test', group_key: `group ${count}`, incident_id: incidentId })
    .execute();
  await store
    .insertInto('incidents')
    .values({
      incident_id: incidentId,
      group_id: groupId,
      generation: 0,
      status: seed.status ?? 'triage',
      severity: seed.severity ?? 'high',
      title: seed.title ?? `Something is wrong (${count})`,
      service: seed.service ?? null,
      playbook: null,
      plan_digest: null,
      assignee: null,
      disposition: null,
      merged_into: null,
      impact_started_at: openedAt,
      opened_at: openedAt,
      updated_at: openedAt,
    })
    .execute();
  return incidentId;
}

export async function seedAlert(store: Store, incidentId: string, fingerprint: string, receivedAt: string) {
  const alert = {
    source: 'test',
    fingerprint,
    status: 'firing' as const,
    title: `Alert ${fingerprint}`,
    startsAt: receivedAt,
    labels: { instance: fingerprint },
    annotations: {},
    entities: [{ kind: 'ip' as const, value: '203.0.113.7' }],
    groupKey: 'group',
    links: [],
  };
  const alertId = derivedId(20, 'alert', incidentId, fingerprint);
  await store
    .insertInto('alerts')
    .values({
      alert_id: alertId,
      source: alert.source,
      fingerprint,
      starts_at: receivedAt,
      status: alert.status,
      title: alert.title,
      severity_hint: null,
      normalised: JSON.stringify(alert),
      incident_id: incidentId,
      suppressed: null,
      received_at: receivedAt,
      updated_at: receivedAt,
    })
    .execute();
  return alertId;
}

export interface SeedApproval {
  quorum?: number;
  roles?: string[];
  requestedBy?: string;
  expiresAt?: string;
  stepId?: string;
  breakGlass?: boolean;
}

const hourMs = 3_600_000;

export async function seedApproval(store: Store, incidentId: string, seed: SeedApproval = {}) {
  const stepId = seed.stepId ?? 'block';
  const subject: ApprovalSubject = {
    incidentId,
    stepId,
    action: 'block_ip',
    target: 'ip:203.0.113.7',
    params: { ip: '203.0.113.7' },
    mode: 'live',
    holdMs: hourMs,
    planDigest: 'a'.repeat(64),
    expiresAt: seed.expiresAt ?? new Date(Date.now() + hourMs).toISOString(),
  };
  const approvalId = approvalIdOf(incidentId, stepId, 1);
  await requestApproval(store, {
    approvalId,
    subject,
    title: 'Block 203.0.113.7',
    requestedBy: seed.requestedBy ?? 'playbook:brute-force',
    quorum: seed.quorum ?? 1,
    roles: seed.roles ?? ['responder'],
    breakGlass: seed.breakGlass ?? false,
    at: new Date().toISOString(),
  });
  return { approvalId, subject, digest: subjectDigest(subject) };
}

export async function seedContainment(
  store: Store,
  incidentId: string,
  {
    stepId = 'block',
    status = 'held',
    expiresInMs = hourMs,
  }: { stepId?: string; status?: 'held' | 'lifted'; expiresInMs?: number } = {},
): Promise<string> {
  const containmentId = containmentIdOf(incidentId, stepId);
  await store
    .insertInto('containments')
    .values({
      containment_id: containmentId,
      incident_id: incidentId,
      step_id: stepId,
      key: `${incidentId}/${stepId}`,
      action: 'block_ip',
      title: 'Block 203.0.113.7',
      target: 'ip:203.0.113.7',
      params: JSON.stringify({ ip: '203.0.113.7' }),
      mode: 'live',
      status,
      applied_at: new Date(),
      expires_at: new Date(Date.now() + expiresInMs),
      ended_by: null,
      updated_at: new Date(),
    })
    .execute();
  return containmentId;
}
