// Status changes and what Temporal UI shows of them.

import { upsertSearchAttributes } from '@temporalio/workflow';
import {
  playbookAttribute,
  serviceAttribute,
  severityAttribute,
  statusAttribute,
} from '../../src/contract/search-attributes.ts';
import type { IncidentStatus } from '../../src/core/incident/status.ts';
import type { Incident } from './incident.ts';

export function setStatus(incident: Incident, status: IncidentStatus, reason: string): void {
  if (incident.state.status !== status) incident.record({ type: 'status_changed', status, reason });
}

/** At triage, at boundaries and at the end, not at every change: each costs an event of history. */
export function recordSearchAttributes(incident: Incident): void {
  const { status, severity, plan } = incident.state;
  upsertSearchAttributes([
    { key: statusAttribute, value: status },
    { key: severityAttribute, value: severity },
    { key: serviceAttribute, value: plan?.service ?? null },
    { key: playbookAttribute, value: plan?.playbook ?? null },
  ]);
}
