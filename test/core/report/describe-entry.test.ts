import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/canonical.ts';
import { describeEntry } from '../../../src/core/report/describe-entry.ts';

const title = 'Block 203.0.113.7';
const effect = { key: 'i/s', role: 'apply', action: 'block_ip', description: title, mode: 'simulate' };

describe('an entry of the audit log in one line', () => {
  it.each<[string, Json, string]>([
    [
      'incident_opened',
      { severity: 'high', title: 'Brute force', generation: 1 },
      'Incident opened, severity high: Brute force',
    ],
    [
      'alerts_accepted',
      { count: 1, requests: [{ bodySha256: 'x', alerts: [{ alertId: 'a', change: 'fired' }] }] },
      '1 alert accepted (1 fired, 0 resolved)',
    ],
    [
      'alert_quarantined',
      { id: 'q', place: 'alerts[0].title', problem: 'is missing' },
      'Alert that could not be read put aside: alerts[0].title: is missing',
    ],
    [
      'alerts_received',
      { count: 3, fired: 2, resolved: 1, firing: 1, titles: ['A', 'B'] },
      '2 alerts fired, 1 alert resolved, 1 alert merged in; 1 firing now: A; B',
    ],
    ['status_changed', { status: 'recovery', reason: 'contained' }, 'Status is now recovery: contained'],
    [
      'paged',
      { level: 0, channel: 'console', to: 'on-call', result: 'sent', detail: '' },
      'Told on-call through console (level 1)',
    ],
    [
      'paged',
      { level: 1, channel: 'webhook', to: 'lead', result: 'not_configured', detail: 'no settings' },
      'Could not tell lead through webhook (not configured): no settings',
    ],
    ['step_started', { stepId: 's', title, mode: 'simulate' }, `Started: ${title} (simulated)`],
    [
      'step_finished',
      { stepId: 's', title, outcome: { result: 'done', outcome: { state: 'simulated', detail: '' } } },
      `Simulated, nothing was touched: ${title}`,
    ],
    [
      'step_finished',
      { stepId: 's', title, outcome: { result: 'skipped', code: 'x', reason: 'protected' } },
      `Not done: ${title}. protected`,
    ],
    [
      'step_undone',
      { stepId: 's', title, outcome: { state: 'failed', detail: 'nft is gone', failure: {} } },
      `Not undone: ${title}. nft is gone`,
    ],
    ['action_intent', { effect, approvalId: null }, `About to do: ${title} (simulated)`],
    [
      'action_outcome',
      { effect: { ...effect, role: 'undo' }, outcome: { state: 'undone', detail: 'Unblocked' } },
      `Undone: ${title}. Unblocked`,
    ],
    ['approval_approved', { by: ['key:bo', 'key:cy'], reason: 'seen' }, 'Approval given by key:bo, key:cy: seen'],
    ['approval_rejected', { by: ['key:bo'], reason: '' }, 'Approval rejected by key:bo'],
    ['approval_expired', { by: [], reason: '0 of 1 approvals' }, 'Approval expired: 0 of 1 approvals'],
    ['approval_cancelled', { by: [], reason: '' }, 'Approval no longer needed'],
    [
      'approval_requested',
      { title, quorum: 2, roles: ['responder', 'admin'] },
      `Approval asked for: ${title} (2 people with role responder or admin)`,
    ],
    ['decision_recorded', { approvalId: 'ap1', decision: 'reject', reason: 'ours' }, 'Rejected (approval ap1): ours'],
    [
      'command_requested',
      { commandId: 'c', request: { type: 'run_action', action: 'block_ip' } },
      'Asked for: run action block_ip',
    ],
    [
      'containment_changed',
      { status: 'held', expiresAt: '2026-03-01T11:00:00Z', reason: '' },
      'Containment held until 2026-03-01T11:00:00Z',
    ],
    [
      'notice_sent',
      { channel: 'webhook', to: 'x', result: 'failed', detail: 'timeout' },
      'Notice to x through webhook failed: timeout',
    ],
    ['something_new', { a: 1 }, 'something new: {"a":1}'],
    ['something_new', null, 'something new'],
    ['step_finished', { nothing: 'that it should have' }, 'step finished: {"nothing":"that it should have"}'],
    ['constructor', { a: 1 }, 'constructor: {"a":1}'],
    ['noted', { text: 'first\nsecond\u202e third' }, 'Note: first second third'],
  ])('%s %j reads "%s"', (kind, data, line) => {
    expect(describeEntry({ kind, data })).toBe(line);
  });

  it('is one short line whatever is on the log', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom('triaged', 'step_finished', 'action_outcome', 'alerts_received', 'paged'),
        ),
        fc.jsonValue({ noUnicodeString: false }),
        (kind, data) => {
          const line = describeEntry({ kind, data: data as Json });
          expect(line.length).toBeLessThanOrEqual(300);
          expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        },
      ),
    );
  });
});
