// Incidents as the API shows them, for the tests' server. Times are relative to now.

import { createHash } from 'node:crypto';
import type {
  Alert,
  Approval,
  AuditEntry,
  Checkpoint,
  Containment,
  FlowEntry,
  IncidentDetail,
  IncidentLearnt,
  Silence,
  Step,
  SuppressedAlert,
  TimelineEntry,
} from '../../../src/contract/api/index.ts';
import { type ApprovalSubject, subjectDigest } from '../../../src/core/approval/subject.ts';
import { slaClocks } from '../../../src/core/incident/sla.ts';
import { judgementWords } from '../../../src/core/learning/judge.ts';

const minuteMs = 60_000;
export const ago = (minutes: number): string => new Date(Date.now() - minutes * minuteMs).toISOString();
export const ahead = (minutes: number): string => ago(-minutes);

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const planDigest = sha256('plan');

type Some<Item> = Partial<Item> & { id: string };

const flowEntryOf = ({ id, phase, title, status, detail, code, startedAt }: Step): FlowEntry => ({
  ...{ id, phase, title, status, detail, code, startedAt },
  type: 'action',
  depth: 0,
  attempt: 1,
});

/** Acknowledged within an hour and recovered within four, at best. */
function slaSince(openedAt: string, times: Partial<IncidentDetail['times']> = {}): IncidentDetail['sla'] {
  const after = (minutes: number): string => new Date(Date.parse(openedAt) + minutes * minuteMs).toISOString();
  const { acknowledgedAt = null, resolvedAt = null, closedAt = null } = times;
  const sla = { acknowledgeBy: after(60), recoverBy: after(240) };
  return slaClocks(sla, { acknowledgedAt, resolvedAt, closedAt }, Date.now());
}

export function sampleIncident(given: Some<IncidentDetail>): IncidentDetail {
  const openedAt = given.openedAt ?? ago(14);
  return {
    status: 'containment',
    severity: 'high',
    title: 'Many failed SSH logins on bastion-1',
    service: 'bastion',
    alertCount: given.alerts?.length ?? 0,
    openedAt,
    url: `http://localhost/incidents/${given.id}`,
    firingCount: given.alerts?.filter((alert) => alert.status === 'firing').length ?? 0,
    assignee: null,
    playbook: 'brute-force',
    disposition: null,
    updatedAt: openedAt,
    priority: 2,
    sla: slaSince(openedAt, given.times),
    falseAlarmChance: null,
    stuck: null,
    alerts: [],
    times: {
      impactStartedAt: new Date(Date.parse(openedAt) - 3 * minuteMs).toISOString(),
      detectedAt: openedAt,
      acknowledgedAt: null,
      containedAt: null,
      resolvedAt: null,
      closedAt: null,
    },
    mergedInto: null,
    drill: false,
    planDigest,
    team: 'platform-security',
    runbookText: '1. Look for a success among the failures.\n2. <b>End</b> its sessions.\n',
    runbooks: [{ title: 'Brute force against SSH', url: 'https://wiki.example.com/runbooks/ssh' }],
    reasons: ['severity high: rule brute-force', 'playbook brute-force: label attack=ssh-brute-force'],
    steps: [],
    flow: (given.steps ?? []).map(flowEntryOf),
    questions: [],
    followUps: [],
    approvals: [],
    containments: [],
    repeatCount: 0,
    temporalUrl: `http://localhost:8233/namespaces/default/workflows/incident-${given.id}`,
    reportUrl: null,
    ...given,
  };
}

export function sampleStep(given: Some<Step>): Step {
  return {
    phase: 'contain',
    title: 'Block 203.0.113.7 at the edge firewall',
    action: 'block_ip',
    target: 'edge-1',
    params: { address: '203.0.113.7' },
    kind: 'containment',
    mode: 'live',
    level: 'approve',
    reversible: true,
    holdMs: 4 * 60 * minuteMs,
    status: 'planned',
    detail: null,
    code: null,
    startedAt: null,
    approvalId: null,
    ...given,
  };
}

export function sampleApproval(
  given: Some<Omit<Approval, 'subject'>> & { incidentId: string; subject?: Partial<ApprovalSubject> },
): Approval {
  const expiresAt = given.expiresAt ?? ahead(11);
  const subject: ApprovalSubject = {
    incidentId: given.incidentId,
    stepId: given.stepId ?? 'block',
    action: 'block_ip',
    target: 'edge-1',
    params: { address: '203.0.113.7', set: 'blocked' },
    mode: 'live',
    holdMs: 4 * 60 * minuteMs,
    planDigest,
    expiresAt,
    ...given.subject,
  };
  return {
    incidentUrl: `http://localhost/incidents/${given.incidentId}`,
    incidentTitle: 'Many failed SSH logins on bastion-1',
    severity: 'high',
    stepId: subject.stepId,
    title: 'Block 203.0.113.7 at the edge firewall',
    status: 'pending',
    digest: subjectDigest(subject),
    requestedBy: 'playbook:brute-force',
    requestedAt: ago(4),
    expiresAt,
    finishedAt: null,
    breakGlass: false,
    quorum: 1,
    approvedBy: [],
    roles: ['responder'],
    decisions: [],
    you: { mayDecide: true, mayActAlone: false },
    ...given,
    subject,
  };
}

export function sampleContainment(given: Some<Containment> & { incidentId: string }): Containment {
  return {
    incidentUrl: `http://localhost/incidents/${given.incidentId}`,
    stepId: 'block-other',
    action: 'block_ip',
    title: 'Block 198.51.100.20 at the edge firewall',
    target: 'edge-1',
    params: { address: '198.51.100.20' },
    mode: 'live',
    status: 'held',
    active: true,
    appliedAt: ago(9),
    expiresAt: ahead(231),
    endedAt: null,
    endedBy: null,
    temporalUrl: `http://localhost:8233/namespaces/default/workflows/containment-${given.id}`,
    ...given,
  };
}

export function sampleAlert(given: Some<Alert>): Alert {
  return {
    source: 'alertmanager',
    fingerprint: sha256(given.id).slice(0, 16),
    status: 'firing',
    title: 'SshBruteForce: 412 failed logins in 5 minutes',
    labels: { alertname: 'SshBruteForce', instance: 'bastion-1:9100', severity: 'warning' },
    receivedAt: ago(14),
    description: 'More than 100 failed logins from one address in five minutes.',
    annotations: { summary: '412 failed logins from 203.0.113.7' },
    entities: [
      { kind: 'ip', value: '203.0.113.7' },
      { kind: 'host', value: 'bastion-1' },
    ],
    links: [{ title: 'Graph', url: 'https://prometheus.example.com/graph?g0.expr=x' }],
    severityHint: 'medium',
    startsAt: ago(17),
    endsAt: null,
    updatedAt: ago(14),
    repeatCount: 0,
    ...given,
  };
}

export function sampleEntry(seq: number, given: Partial<TimelineEntry> = {}): TimelineEntry {
  return { seq, at: ago(14), actor: 'firebreak', kind: 'noted', text: `Entry ${seq}`, data: {}, ...given };
}

export function sampleAudit(entry: TimelineEntry, incidentId: string | null): AuditEntry {
  const { seq, at, actor, kind, data } = entry;
  const body = JSON.stringify({ actor, at, data, incidentId: incidentId ?? undefined, kind });
  const hash = sha256(`${seq}${body}`);
  return {
    seq,
    incidentId,
    at,
    kind,
    actor,
    key: `${incidentId}/${seq}`,
    body,
    leafHash: sha256(body),
    prevHash: sha256(`${seq - 1}`),
    hash,
  };
}

export const sampleCheckpoint = (size: number, minutes: number): Checkpoint => ({
  size,
  checkpoint: { size, root: sha256(`root ${size}`), signature: 'c2lnbmF0dXJl', keyId: 'a1b2c3' },
  writtenAt: ago(minutes),
});

export function sampleSilence(given: Some<Silence>): Silence {
  return {
    matchers: ['alertname="DiskFull"', 'instance=~"db-.+"'],
    owner: 'key:noor',
    reason: 'Moving the disks',
    startsAt: ago(30),
    endsAt: ahead(90),
    createdAt: ago(30),
    state: 'active',
    expiredBy: null,
    ...given,
  };
}

export function sampleSuppressed(given: Some<SuppressedAlert>): SuppressedAlert {
  const until = ahead(90);
  return {
    ...sampleAlert({ id: given.id, title: 'Disk is full on db-1' }),
    suppressed: 'silenced',
    withheld: { why: 'silenced', by: 'disks', owner: 'key:noor', reason: 'Moving the disks', until },
    explanation: `Silence disks of key:noor until ${until}: Moving the disks. It still fires.`,
    ...given,
  };
}

/** What is known of it, with one earlier incident like it. */
export const sampleLearnt = (chance: number, text = 'Many failed SSH logins on bastion-2'): IncidentLearnt => ({
  falseAlarm: {
    chance,
    words: judgementWords({ chance }),
    because: ['14 of 16 earlier incidents of rule brute-force on service bastion were false alarms', text],
    model: '3fa2c1d0e9b8',
  },
  suggested: [`ask ${text}, as they took 5 of the last 5 incidents of rule brute-force on service bastion`],
  verdict: null,
  similar: [
    {
      ...{ id: 'closed-incident', title: text, openedAt: ago(3_000), status: 'dismissed' },
      ...{ disposition: 'false_positive', playbook: 'brute-force', worked: [text] },
      because: ['rule brute-force', `about the same: host ${text}`],
      url: 'http://localhost/incidents/closed-incident',
    },
  ],
});
