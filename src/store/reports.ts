// The report of an incident as it stood when it ended. Written before the audit log is locked, from the slice so far
// and the events that end it.

import { sql } from 'kysely';
import type { JournalInput } from '../contract/activities.ts';
import type { AuditEntry } from '../core/audit/entry.ts';
import type { Json } from '../core/canonical.ts';
import type { IncidentState } from '../core/incident/state.ts';
import { type IncidentReport, incidentReport, wholeReport } from '../core/plan/reports.ts';
import { reportBounds, writeReport } from '../core/report/report.ts';
import type { ReportSlice } from '../core/report/slice.ts';
import type { Store, Trx } from './database.ts';
import { entriesOf } from './journal.ts';

export async function saveReport(trx: Trx, input: JournalInput): Promise<void> {
  const slice = await readReportSlice(trx, input.state);
  const { markdown, html } = writeReport({ ...slice, entries: [...slice.entries, ...entriesOf(input)] });
  const written_at = new Date();
  await trx
    .insertInto('reports')
    .values({ incident_id: input.state.incidentId, markdown, html, written_at })
    .onConflict((conflict) => conflict.column('incident_id').doUpdateSet({ markdown, html, written_at }))
    .execute();
}

/** More than any report shows of each end; the middle of a storm is counted, not listed. */
const entriesReadOfEachEnd = 1_000;

export async function readReportSlice(store: Store | Trx, state: IncidentState): Promise<ReportSlice> {
  const { incidentId } = state;
  const [incident, alerts, entries, template] = await Promise.all([
    store
      .selectFrom('incidents')
      .select(['drill', 'alert_count'])
      .where('incident_id', '=', incidentId)
      .executeTakeFirstOrThrow(),
    store
      .selectFrom('alerts')
      .select(['alert_id', 'source', 'status', 'title', 'starts_at'])
      .where('incident_id', '=', incidentId)
      .orderBy('received_at')
      .limit(reportBounds.alerts)
      .execute(),
    readBothEnds(store, incidentId),
    readTemplate(store, state.plan?.planDigest),
  ]);
  return {
    state,
    drill: incident.drill,
    alertCount: incident.alert_count,
    alerts: alerts.map(({ alert_id: id, source, status, title, starts_at }) => {
      return { id, source, status, title, startsAt: starts_at.toISOString() };
    }),
    entries,
    template,
  };
}

/** As the plan has it that the incident was decided by; all of it for an incident that no plan decided. */
async function readTemplate(store: Store | Trx, planDigest: string | undefined): Promise<IncidentReport> {
  if (planDigest === undefined) return wholeReport;
  const row = await store
    .selectFrom('plans')
    .select(sql<Json>`content->'report'`.as('report'))
    .where('digest', '=', planDigest)
    .executeTakeFirst();
  const stored = incidentReport.safeParse(row?.report);
  return stored.success ? stored.data : wholeReport;
}

async function readBothEnds(store: Store | Trx, incidentId: string): Promise<AuditEntry[]> {
  const end = (order: 'asc' | 'desc') =>
    store
      .selectFrom('audit_entries')
      .select(['seq', 'body'])
      .where('incident_id', '=', incidentId)
      .orderBy('seq', order)
      .limit(entriesReadOfEachEnd)
      .execute();
  const [first, last] = await Promise.all([end('asc'), end('desc')]);
  const bySeq = new Map([...first, ...last.reverse()].map(({ seq, body }) => [seq, body]));
  return [...bySeq.values()].map((body) => JSON.parse(body) as AuditEntry);
}
