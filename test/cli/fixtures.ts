// Answers of the API. Each passes its schema, so that no test is about an answer that no server gives.

import {
  type Approval,
  approval,
  type Containment,
  containment,
  type IncidentDetail,
  type IncidentLearnt,
  incidentDetail,
  incidentLearnt,
  type TimelineEntry,
  timelineEntry,
} from '../../src/contract/api/index.ts';
import { subjectDigest } from '../../src/core/approval/subject.ts';

export const incidentId = '7k2m9qx4ta';
const openedAt = '2020-11-24T07:00:00.000Z';
const planDigest = 'ab'.repeat(32);

export function anIncident(changes: Partial<IncidentDetail> = {}): IncidentDetail {
  return incidentDetail.parse({
    id: incidentId,
    status: 'containment',
    severity: 'critical',
    title: '412 failed SSH logins on web-1',
    service: 'checkout',
    alertCount: 1,
    openedAt,
    url: `http://localhost:8080/incidents/${incidentId}`,
    firingCount: 1,
    assignee: null,
    playbook: 'ssh-brute-force',
    disposition: null,
    updatedAt: openedAt,
    alerts: [
      {
        id: 'a1b2c3d4e5',
        source: 'alertmanager',
        fingerprint: 'f00d',
        status: 'firing',
        title: 'SshBruteForce',
        labels: {},
        receivedAt: openedAt,
        description: null,
        annotations: {},
        entities: [],
        links: [],
        severityHint: 'critical',
        startsAt: openedAt,
        endsAt: null,
        updatedAt: openedAt,
        repeatCount: 3,
      },
    ],
    times: {
      impactStartedAt: openedAt,
      detectedAt: openedAt,
      acknowledgedAt: null,
      containedAt: null,
      resolvedAt: null,
      closedAt: null,
    },
    falseAlarmChance: null,
    stuck: null,
    mergedInto: null,
    drill: false,
    planDigest,
    team: 'shop',
    runbooks: [],
    runbookText: '1. Look for a success among the failures.\n2. End its sessions.\n',
    reasons: ['Rule ssh-brute-force matched'],
    steps: [
      {
        id: 'block-source',
        phase: 'contain',
        title: 'Block 203.0.113.7 at the host firewall',
        action: 'block_ip',
        target: 'ip:203.0.113.7',
        params: { address: '203.0.113.7' },
        kind: 'containment',
        mode: 'simulate',
        level: 'approve',
        reversible: true,
        holdMs: 3_600_000,
        status: 'waiting_for_approval',
        detail: null,
        code: null,
        startedAt: null,
        approvalId: '5d0c8k2m9qx4ta',
      },
    ],
    flow: [
      {
        ...{ id: 'block-source', phase: 'contain', type: 'action', title: 'Block 203.0.113.7', depth: 0, attempt: 1 },
        ...{ status: 'waiting_for_approval', detail: null, code: null, startedAt: null },
      },
    ],
    questions: [],
    followUps: [],
    approvals: [],
    containments: [],
    priority: 2,
    sla: {
      acknowledge: { by: '2026-11-24T07:20:00.000Z', at: null, state: 'due' },
      recover: { by: '2026-11-24T08:20:00.000Z', at: null, state: 'due' },
    },
    repeatCount: 3,
    temporalUrl: null,
    reportUrl: null,
    ...changes,
  } satisfies IncidentDetail);
}

export function anApproval(changes: Partial<Approval> = {}): Approval {
  const subject = {
    incidentId,
    stepId: 'block-source',
    action: 'block_ip',
    target: 'ip:203.0.113.7',
    params: { address: '203.0.113.7' },
    mode: 'live' as const,
    holdMs: 7_200_000,
    planDigest,
    expiresAt: '2036-11-24T08:00:00.000Z',
  };
  return approval.parse({
    id: '5d0c8k2m9qx4ta',
    incidentId,
    incidentUrl: `http://localhost:8080/incidents/${incidentId}`,
    incidentTitle: '412 failed SSH logins on web-1',
    severity: 'critical',
    stepId: 'block-source',
    title: 'Block 203.0.113.7 at the host firewall',
    status: 'pending',
    digest: subjectDigest(subject),
    subject,
    requestedBy: 'playbook:ssh-brute-force',
    requestedAt: openedAt,
    expiresAt: subject.expiresAt,
    finishedAt: null,
    quorum: 1,
    approvedBy: [],
    roles: ['responder'],
    breakGlass: false,
    decisions: [],
    you: { mayDecide: true, mayActAlone: false },
    ...changes,
  } satisfies Approval);
}

export function aContainment(changes: Partial<Containment> = {}): Containment {
  return containment.parse({
    id: '9qx4ta5d0c8k2m',
    incidentId,
    incidentUrl: `http://localhost:8080/incidents/${incidentId}`,
    stepId: 'block-source',
    title: 'Block 203.0.113.7 at the host firewall',
    action: 'block_ip',
    target: 'ip:203.0.113.7',
    params: { address: '203.0.113.7' },
    mode: 'live',
    status: 'held',
    active: true,
    appliedAt: openedAt,
    expiresAt: '2036-11-24T08:00:00.000Z',
    endedAt: null,
    endedBy: null,
    temporalUrl: null,
    ...changes,
  } satisfies Containment);
}

export function anEntry(seq: number, changes: Partial<TimelineEntry> = {}): TimelineEntry {
  return timelineEntry.parse({
    seq,
    at: new Date(Date.UTC(2036, 0, 1, 0, 0, seq)).toISOString(),
    actor: 'firebreak',
    kind: 'incident.changed',
    text: `Change ${seq}`,
    data: {},
    ...changes,
  } satisfies TimelineEntry);
}

/** As the API says it of one incident, with one that is like it. */
export function learnt(changes: Partial<IncidentLearnt['similar'][number]> = {}): IncidentLearnt {
  return incidentLearnt.parse({
    falseAlarm: {
      ...{ chance: 0.83, words: 'likely a false alarm: 83 %', model: '3fa2c1d0e9b8' },
      because: ['14 of 16 earlier incidents of rule ssh-brute-force on service web were false alarms'],
    },
    suggested: ['ask noor, as they took 5 of the last 5 incidents of rule ssh-brute-force on service web'],
    verdict: null,
    similar: [
      {
        ...{ id: '3b8v1nw6ze', title: 'SSH again', openedAt, status: 'dismissed', disposition: 'false_positive' },
        ...{ playbook: 'ssh-brute-force', worked: ['Block 203.0.113.7'], because: ['rule ssh-brute-force'] },
        url: 'http://localhost:8080/incidents/3b8v1nw6ze',
        ...changes,
      },
    ],
  } satisfies IncidentLearnt);
}
