// A slice of the audit log as the store keeps it, and the state that its events make.

import { firebreak, type IncidentEvent } from '../../../src/core/incident/events.ts';
import type { PlannedStep, ResponsePlanned } from '../../../src/core/incident/plan.ts';
import { reduce } from '../../../src/core/incident/reduce.ts';
import { openIncident } from '../../../src/core/incident/state.ts';
import { wholeReport } from '../../../src/core/plan/reports.ts';
import type { TimelineEntry } from '../../../src/core/report/describe-entry.ts';
import type { ReportSlice } from '../../../src/core/report/slice.ts';

export const incidentId = '7k2m9qx0ab';

export const block: PlannedStep = {
  type: 'action',
  id: 'block-a1b2c3',
  title: 'Block 203.0.113.7 at the host firewall',
  requestedBy: 'playbook:brute-force',
  action: 'block_ip',
  params: { ip: '203.0.113.7' },
  target: 'ip:203.0.113.7',
  kind: 'containment',
  reversible: true,
  mode: 'live',
  level: 'approve',
  approval: { quorum: 1, roles: ['responder'], expiresAfterMs: 3_600_000, remindAfterMs: null },
  timeoutMs: 15_000,
  retry: { attempts: 1, waitMs: 10_000 },
  onFailure: 'continue',
  holdMs: 3_600_000,
  skip: null,
};

export const simulated: PlannedStep = { ...block, id: 'block-zzzzzz', title: 'Block 198.51.100.9', mode: 'simulate' };

export const plan: ResponsePlanned = {
  planDigest: 'd'.repeat(64),
  verdict: { kind: 'respond' },
  severity: 'high',
  title: 'Brute force on checkout',
  service: 'checkout',
  playbook: 'brute-force',
  team: 'security',
  runbooks: [{ title: 'Checkout runbook', url: 'https://runbooks.example.com/checkout' }],
  reasons: ['severity high: rule brute-force', 'playbook brute-force: rule brute-force'],
  contain: [block, simulated],
  verify: [],
  recover: [],
  page: { levels: [], escalateAfterMs: 900_000 },
  waits: { quietMs: 60_000, recoveryReminderMs: 3_600_000, recoveryReminders: 2, reviewMs: 0 },
};

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 1, 10, minute)).toISOString();

export function sliceOf(events: IncidentEvent[], beside: TimelineEntry[] = []): ReportSlice {
  const opened = {
    incidentId,
    severity: 'medium',
    title: 'Brute force',
    impactStartedAt: at(0),
    detectedAt: at(5),
  } as const;
  const entries = events.map(({ at: when, actor, type, ...data }) => ({ at: when, actor, kind: type, data }));
  return {
    state: events.reduce(reduce, openIncident(opened)),
    drill: false,
    entries: [...(entries as unknown as TimelineEntry[]), ...beside].sort((a, b) => (a.at < b.at ? -1 : 1)),
    alerts: [{ id: 'a1', source: 'generic', status: 'firing', title: 'Many failures', startsAt: at(0) }],
    alertCount: 1,
    template: wholeReport,
  };
}

/** A whole incident: one block applied and approved, one simulated, resolved and closed. */
export function wholeIncident(): ReportSlice {
  const by = 'key:ana';
  return sliceOf(
    [
      {
        at: at(5),
        actor: firebreak,
        type: 'alerts_received',
        count: 1,
        fired: 1,
        resolved: 0,
        firing: 1,
        through: 1,
        severityHint: 'medium',
        titles: ['Many failures'],
      },
      { at: at(6), actor: firebreak, type: 'triaged', plan },
      { at: at(7), actor: by, type: 'acknowledged' },
      {
        at: at(8),
        actor: firebreak,
        type: 'approval_ended',
        stepId: block.id,
        approvalId: 'ap1',
        result: 'approved',
        by: [by],
        reason: 'not ours',
      },
      {
        at: at(9),
        actor: firebreak,
        type: 'step_finished',
        stepId: block.id,
        title: block.title,
        outcome: {
          result: 'done',
          outcome: { state: 'applied', detail: 'Blocked', evidence: {}, readBack: 'The firewall drops it' },
        },
      },
      {
        at: at(10),
        actor: firebreak,
        type: 'step_finished',
        stepId: simulated.id,
        title: simulated.title,
        outcome: { result: 'done', outcome: { state: 'simulated', detail: 'No firewall is configured' } },
      },
      { at: at(10), actor: firebreak, type: 'contained' },
      { at: at(65), actor: firebreak, type: 'recovered', how: 'alerts_resolved' },
      { at: at(66), actor: firebreak, type: 'follow_up_added', text: 'Look for a success among the failures' },
      { at: at(67), actor: by, type: 'ended', disposition: 'true_positive', reason: 'an attack' },
      { at: at(68), actor: firebreak, type: 'status_changed', status: 'closed', reason: 'reviewed' },
    ],
    [
      {
        at: at(6),
        actor: firebreak,
        kind: 'approval_requested',
        data: { approvalId: 'ap1', title: block.title, quorum: 1, roles: ['responder'] },
      },
      {
        at: at(7),
        actor: 'key:bob',
        kind: 'decision_refused',
        data: {
          approvalId: 'ap1',
          decision: 'approve',
          code: 'role_not_allowed',
          reason: 'The role viewer may not decide',
        },
      },
      {
        at: at(8),
        actor: by,
        kind: 'decision_recorded',
        data: { approvalId: 'ap1', decision: 'approve', reason: 'not ours' },
      },
    ],
  );
}
