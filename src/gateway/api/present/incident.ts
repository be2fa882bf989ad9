// Incidents and alerts as the API shows them.

import type { Alert, IncidentDetail, IncidentSummary } from '../../../contract/api/incidents.ts';
import { incidentUrl } from '../../../contract/api/links.ts';
import { incidentWorkflowId } from '../../../contract/names.ts';
import { slaClocks } from '../../../core/incident/sla.ts';
import type { Placed } from '../../../store/cursor.ts';
import type { AlertRow, IncidentFullRow, IncidentRow } from '../../../store/incidents-read.ts';
import type { AppDeps } from '../../deps.ts';
import { presentFlow, presentQuestions } from './flow.ts';
import { temporalUrl } from './links.ts';
import { presentSteps } from './step.ts';

type Links = Pick<AppDeps, 'publicUrl' | 'temporalUi'> & { now: Date };

export function presentSummary(row: Omit<IncidentRow, keyof Placed>, { publicUrl, now }: Links): IncidentSummary {
  return {
    id: row.incident_id,
    status: row.status,
    severity: row.severity,
    title: row.title,
    service: row.service,
    alertCount: row.alert_count,
    openedAt: row.opened_at.toISOString(),
    url: incidentUrl(publicUrl, row.incident_id),
    firingCount: row.firing_count,
    assignee: row.assignee,
    playbook: row.playbook,
    disposition: row.disposition,
    drill: row.drill,
    updatedAt: row.updated_at.toISOString(),
    priority: row.priority,
    sla: presentSla(row, now),
    falseAlarmChance: row.false_alarm_chance,
    stuck: row.stuck && { ...row.stuck, since: new Date(row.stuck.since).toISOString() },
  };
}

function presentSla(row: Omit<IncidentRow, keyof Placed>, now: Date): IncidentSummary['sla'] {
  if (!row.acknowledge_by || !row.recover_by) return null;
  const sla = { acknowledgeBy: row.acknowledge_by.toISOString(), recoverBy: row.recover_by.toISOString() };
  return slaClocks(sla, timesOf(row), now.getTime());
}

const timesOf = (row: Pick<IncidentRow, 'acknowledged_at' | 'resolved_at' | 'closed_at'>) => ({
  acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
  resolvedAt: row.resolved_at?.toISOString() ?? null,
  closedAt: row.closed_at?.toISOString() ?? null,
});

type Parts = Pick<IncidentDetail, 'alerts' | 'approvals' | 'containments' | 'runbookText'>;

export function presentIncident(row: IncidentFullRow, parts: Parts, links: Links): IncidentDetail {
  const { state } = row;
  return {
    ...presentSummary(row, links),
    ...parts,
    times: {
      impactStartedAt: row.impact_started_at.toISOString(),
      detectedAt: row.opened_at.toISOString(),
      containedAt: row.contained_at?.toISOString() ?? null,
      ...timesOf(row),
    },
    mergedInto: row.merged_into,
    planDigest: row.plan_digest,
    team: state?.plan?.team ?? null,
    runbooks: state?.plan?.runbooks ?? [],
    reasons: state?.plan?.reasons ?? [],
    steps: state ? presentSteps(state) : [],
    flow: state ? presentFlow(state) : [],
    questions: state ? presentQuestions(state) : [],
    followUps: state?.followUps ?? [],
    repeatCount: row.repeat_count,
    temporalUrl: temporalUrl(links, incidentWorkflowId(row.incident_id)),
    reportUrl: row.report_written_at ? `${links.publicUrl}/api/incidents/${row.incident_id}/report` : null,
  };
}

export function presentAlert(row: AlertRow): Alert {
  const { normalised } = row;
  return {
    id: row.alert_id,
    source: row.source,
    fingerprint: row.fingerprint,
    status: row.status,
    title: row.title,
    labels: normalised.labels,
    receivedAt: row.received_at.toISOString(),
    description: normalised.description ?? null,
    annotations: normalised.annotations,
    entities: normalised.entities,
    links: normalised.links,
    severityHint: row.severity_hint,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at?.toISOString() ?? null,
    updatedAt: row.updated_at.toISOString(),
    repeatCount: row.repeat_count,
  };
}
