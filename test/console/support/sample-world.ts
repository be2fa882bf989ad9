// A night with several incidents, in all the states that the pages have to show.

import {
  ago,
  ahead,
  sampleAlert,
  sampleApproval,
  sampleCheckpoint,
  sampleContainment,
  sampleEntry,
  sampleIncident,
  sampleLearnt,
  sampleSilence,
  sampleStep,
  sampleSuppressed,
} from './samples.ts';
import { World } from './world.ts';

export const busyId = 'busy-incident';

export function sampleWorld(): World {
  const world = new World();
  addBusyIncident(world);
  world.add(
    sampleIncident({
      id: 'drill-incident',
      severity: 'critical',
      status: 'containment',
      title: 'Access key used from two continents',
      service: 'payments-api',
      openedAt: ago(2),
      drill: true,
      assignee: 'ana',
      alertCount: 1,
      firingCount: 1,
      approvals: [
        sampleApproval({
          id: 'simulated-approval',
          incidentId: 'drill-incident',
          incidentTitle: 'Access key used from two continents',
          severity: 'critical',
          title: 'Disable access key AKIA…7Q',
          subject: {
            action: 'disable_access_key',
            target: 'aws/123456789012',
            params: { user: 'deploy', keyId: 'AKIAIOSFODNN7EXAMPLE' },
            mode: 'simulate',
            holdMs: null,
          },
        }),
      ],
    }),
    [sampleEntry(40, { at: ago(2), kind: 'alerts_received', text: '1 alert received' })],
  );
  world.add(
    sampleIncident({
      id: 'recovering-incident',
      severity: 'medium',
      status: 'recovery',
      title: 'Checkout answers 5xx after release 2026.11.3',
      service: 'checkout',
      openedAt: ago(95),
      alertCount: 12,
      firingCount: 3,
      assignee: 'noor',
      playbook: 'bad-release',
    }),
  );
  world.add(
    sampleIncident({
      id: 'low-incident',
      severity: 'low',
      status: 'triage',
      title: 'Certificate of intranet ends in 20 days',
      service: null,
      openedAt: ago(240),
      falseAlarmChance: 0.12,
      alertCount: 1,
      firingCount: 1,
      playbook: null,
    }),
  );
  world.add(
    sampleIncident({
      id: 'closed-incident',
      severity: 'info',
      status: 'closed',
      title: 'Port scan from the scanner of the auditors',
      openedAt: ago(3_000),
      disposition: 'benign',
      reportUrl: 'http://localhost/api/incidents/closed-incident/report',
      alertCount: 3,
    }),
  );
  world.checkpoints = [sampleCheckpoint(37, 3), sampleCheckpoint(20, 33), sampleCheckpoint(8, 63)];
  addSuppressed(world);
  world.learnt.set(busyId, sampleLearnt(0.83));
  return world;
}

function addSuppressed(world: World): void {
  world.silences = [
    sampleSilence({ id: 'disks' }),
    sampleSilence({
      id: 'old',
      reason: 'Load test',
      state: 'expired',
      startsAt: ago(500),
      createdAt: ago(500),
      endsAt: ago(400),
      expiredBy: 'key:ana',
    }),
  ];
  world.rules = [
    {
      ...{ kind: 'maintenance', name: 'weekly-backup', owner: 'database team', reason: 'The backup takes the disks' },
      lines: ['Alerts that match alertname="DiskSlow" open no incident until 2027-06-30T00:00:00.000Z.'],
    },
    {
      ...{ kind: 'inhibited', name: 'node-down', owner: null, reason: null },
      lines: [
        'While an alert that matches alertname="NodeDown" fires, one that matches severity="warning" opens none.',
      ],
    },
  ];
  world.suppressed = [
    sampleSuppressed({ id: 'quiet-disk' }),
    sampleSuppressed({
      ...{ id: 'under-node', title: 'Pods restart on node-7', source: 'grafana', suppressed: 'inhibited' },
      withheld: {
        ...{ why: 'inhibited', by: 'node-down', owner: 'plan', reason: 'while "node-7 is down" fires' },
        ...{ alertId: 'quiet-disk', until: ahead(600) },
      },
      explanation: 'Rule node-down inhibits it while "node-7 is down" fires.',
    }),
    sampleSuppressed({
      ...{ id: 'too-late', title: 'CPU was high on web-1', status: 'resolved', endsAt: ago(3) },
      ...{ suppressed: 'resolved_unseen', withheld: null, explanation: 'The first that was said is that it is over.' },
    }),
  ];
}

function addBusyIncident(world: World): void {
  const alerts = [
    sampleAlert({ id: 'alert-1', repeatCount: 6 }),
    sampleAlert({
      id: 'alert-2',
      title: 'SshBruteForce: 96 failed logins in 5 minutes',
      status: 'resolved',
      endsAt: ago(2),
    }),
  ];
  world.add(
    sampleIncident({
      id: busyId,
      falseAlarmChance: 0.83,
      alerts,
      firingCount: 1,
      repeatCount: 6,
      steps: [
        sampleStep({
          id: 'block-other',
          title: 'Block 198.51.100.20 at the edge firewall',
          status: 'done',
          level: 'auto',
          detail: 'In set inet firebreak blocked with 4 h left',
          startedAt: ago(9),
        }),
        sampleStep({
          id: 'block',
          status: 'waiting_for_approval',
          approvalId: 'live-approval',
          detail: 'Waits for approval',
        }),
        sampleStep({
          id: 'kill',
          title: 'End sessions of root on bastion-1',
          action: 'run_command',
          target: 'bastion-1',
          params: { command: 'end-sessions', user: 'root' },
          kind: 'change',
          holdMs: null,
          status: 'unknown',
          detail: 'No answer within 30 s; reading back failed too',
          code: 'timed_out',
          startedAt: ago(6),
        }),
        sampleStep({
          id: 'verify',
          phase: 'verify',
          title: 'bastion-1 still takes logins',
          action: 'http_check',
          target: 'https://bastion.example.com/health',
          params: { expect: 200 },
          kind: 'check',
          holdMs: null,
          mode: 'simulate',
          level: 'auto',
          reversible: false,
        }),
        sampleStep({
          id: 'rotate',
          phase: 'recover',
          title: 'Rotate the host keys of bastion-1',
          action: 'run_command',
          target: 'bastion-1',
          params: { command: 'rotate-host-keys' },
          kind: 'change',
          holdMs: null,
          status: 'suggested',
          level: 'suggest',
          code: 'suggested',
          detail: 'Level suggest: a person may start it',
        }),
      ],
      approvals: [
        sampleApproval({
          id: 'live-approval',
          incidentId: busyId,
          quorum: 2,
          approvedBy: ['key:noor'],
          decisions: [
            {
              id: 'decision-noor',
              actor: 'key:noor',
              role: 'responder',
              decision: 'approve',
              reason: 'Seen it in the flow logs',
              decidedAt: ago(2),
            },
          ],
        }),
      ],
      containments: [
        sampleContainment({ id: 'held-containment', incidentId: busyId }),
        sampleContainment({
          id: 'stuck-containment',
          incidentId: busyId,
          title: 'Block 198.51.100.99 at the edge firewall',
          status: 'undo_failed',
          params: { address: '198.51.100.99' },
          expiresAt: ago(1),
        }),
        sampleContainment({
          id: 'simulated-containment',
          incidentId: busyId,
          title: 'Isolate host web-3',
          action: 'isolate_host',
          target: 'web-3',
          mode: 'simulate',
          expiresAt: ahead(52),
        }),
      ],
      followUps: ['Undo of block 198.51.100.99 failed: check edge-1'],
    }),
    [
      sampleEntry(1, { at: ago(14), kind: 'alerts_received', text: '2 alerts received, 2 fire' }),
      sampleEntry(2, { at: ago(14), kind: 'triaged', text: 'Triaged: high, playbook brute-force' }),
      sampleEntry(3, { at: ago(14), kind: 'paged', text: 'Paged platform-security by slack: sent' }),
      sampleEntry(4, { at: ago(9), kind: 'action_intent', text: 'About to block 198.51.100.20 at edge-1' }),
      sampleEntry(5, {
        at: ago(9),
        kind: 'action_outcome',
        text: 'Blocked 198.51.100.20 at edge-1; read back: in the set',
        data: { state: 'applied', readBack: 'nft list set' },
      }),
      sampleEntry(6, {
        at: ago(6),
        kind: 'step_finished',
        text: 'End sessions of root on bastion-1: unknown, no answer within 30 s',
      }),
      sampleEntry(7, {
        at: ago(4),
        kind: 'approval_requested',
        text: `Waits for approval until ${ahead(11)}: block 203.0.113.7 at edge-1`,
      }),
      sampleEntry(8, {
        at: ago(2),
        actor: 'key:noor',
        kind: 'decision_made',
        text: 'Approved: block 203.0.113.7 at edge-1',
      }),
      sampleEntry(9, {
        at: ago(2),
        actor: 'key:noor',
        kind: 'noted',
        text: 'Same range hit us in March, see the report of that incident.',
      }),
    ],
  );
}
