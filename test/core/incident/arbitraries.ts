// Random incidents: events that may follow in any order, as the reducer must take every one.

import fc from 'fast-check';
import type { IncidentCommand } from '../../../src/core/incident/commands.ts';
import type { IncidentEvent, IncidentFact } from '../../../src/core/incident/events.ts';
import { dispositions, incidentStatuses } from '../../../src/core/incident/status.ts';
import { severities } from '../../../src/core/severity.ts';
import { plannedResponse, plannedStep } from '../../workflows/world.ts';

const at = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const stepId = fc.constantFrom('block', 'restart', 'check');
const text = fc.string({ maxLength: 30 });
const severity = fc.constantFrom(...severities);
const outcome = fc.constantFrom(
  { result: 'done', outcome: { state: 'applied', detail: 'd', evidence: null, readBack: 'r' } } as const,
  { result: 'failed', outcome: { state: 'failed', detail: 'd', failure: { code: 'c', message: 'm' } } } as const,
  { result: 'unknown', outcome: { state: 'unknown', detail: 'd', failure: { code: 'c', message: 'm' } } } as const,
  { result: 'refused', code: 'c', reason: 'r' } as const,
  { result: 'skipped', code: 'suggested', reason: 'r' } as const,
);

const fact: fc.Arbitrary<IncidentFact> = fc.oneof(
  fc.record({
    type: fc.constant('alerts_received' as const),
    count: fc.nat(5),
    fired: fc.nat(5),
    resolved: fc.nat(5),
    firing: fc.nat(5),
    through: fc.nat(100),
    severityHint: fc.option(severity),
    titles: fc.array(text, { maxLength: 2 }),
  }),
  fc.constant({ type: 'triaged' as const, plan: plannedResponse({ contain: [plannedStep()] }) }),
  fc.record({
    type: fc.constant('status_changed' as const),
    status: fc.constantFrom(...incidentStatuses),
    reason: text,
  }),
  fc.constantFrom({ type: 'acknowledged' } as const, { type: 'contained' } as const, { type: 'reported' } as const),
  fc.record({ type: fc.constant('assigned' as const), to: text }),
  fc.record({ type: fc.constant('severity_changed' as const), severity, reason: text }),
  fc.record({
    type: fc.constant('step_started' as const),
    stepId,
    title: text,
    mode: fc.constantFrom('live', 'simulate'),
  }),
  fc.record({ type: fc.constant('step_finished' as const), stepId, title: text, outcome }),
  fc.record({
    type: fc.constant('step_undone' as const),
    stepId,
    title: text,
    outcome: fc.constant({ state: 'undone' as const, detail: 'd' }),
  }),
  fc.record({
    type: fc.constant('step_waiting' as const),
    stepId,
    approvalId: text,
    round: fc.nat(3),
    digest: text,
    expiresAt: at,
  }),
  fc.record({
    type: fc.constant('approval_ended' as const),
    stepId,
    approvalId: text,
    result: fc.constantFrom('approved', 'rejected', 'expired', 'cancelled'),
    by: fc.array(text, { maxLength: 2 }),
    reason: text,
  }),
  fc.record({
    type: fc.constant('recovered' as const),
    how: fc.constantFrom('alerts_resolved', 'resolved_by_person', 'gave_up_waiting'),
  }),
  fc.record({ type: fc.constant('reopened' as const), reason: text }),
  fc.record({ type: fc.constant('ended' as const), disposition: fc.constantFrom(...dispositions), reason: text }),
  fc.record({ type: fc.constant('follow_up_added' as const), text }),
);

export const event: fc.Arbitrary<IncidentEvent> = fc
  .record({
    fact,
    at,
    actor: fc.constantFrom('firebreak', 'key:ana'),
    commandId: fc.option(fc.nat(20).map(String), { nil: undefined }),
  })
  .map(({ fact: given, commandId, ...rest }) => ({ ...given, ...rest, ...(commandId && { commandId }) }));

export const command: fc.Arbitrary<IncidentCommand> = fc.oneof(
  fc.constant({ type: 'acknowledge' as const }),
  fc.record({ type: fc.constant('assign' as const), to: text }),
  fc.record({ type: fc.constant('note' as const), text }),
  fc.record({ type: fc.constant('severity' as const), severity, reason: text }),
  fc.record({ type: fc.constant('resolve' as const), reason: text }),
  fc.record({ type: fc.constant('dismiss' as const), disposition: fc.constantFrom(...dispositions), reason: text }),
  fc.record({ type: fc.constant('merge' as const), into: fc.constantFrom('i1', 'i2'), reason: text }),
  fc.record({ type: fc.constant('reopen' as const), reason: text }),
  fc.record({ type: fc.constant('run_action' as const), step: stepId.map((id) => plannedStep({ id })) }),
  fc.record({ type: fc.constant('start_step' as const), stepId }),
  fc.record({ type: fc.constant('settle' as const), stepId, happened: fc.boolean(), reason: text }),
  fc.record({
    type: fc.constant('decide' as const),
    approvalId: text,
    decision: fc.constantFrom('approve' as const, 'reject' as const),
  }),
);
