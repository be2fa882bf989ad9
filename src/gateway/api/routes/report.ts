// The report in the form that the reader asks for.

import type { Request } from 'express';
import { openIncident } from '../../../core/incident/state.ts';
import { hasEnded } from '../../../core/incident/status.ts';
import { writeReport } from '../../../core/report/report.ts';
import type { Store } from '../../../store/database.ts';
import { readIncident, readReport } from '../../../store/incidents-read.ts';
import { readReportSlice } from '../../../store/reports.ts';
import { notFound, Refusal } from '../refusal.ts';
import { json, type Reply } from '../route.ts';

const forms = ['text/markdown', 'text/html', 'application/json'] as const;

// The page has text from outside in it: even if that were not escaped, no script would run and nothing would load.
const htmlPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox";

export async function replyWithReport(store: Store, incidentId: string, request: Request, now: Date): Promise<Reply> {
  const form = request.accepts([...forms]);
  if (!form) {
    throw new Refusal(406, 'not_acceptable', `Accept must allow one of ${forms.join(', ')}`);
  }
  const { markdown, html, writtenAt, draft } = await reportOf(store, incidentId, now);
  const headers = { Vary: 'Accept' };
  switch (form) {
    case 'application/json':
      return json({ incidentId, markdown, html, writtenAt: writtenAt.toISOString(), draft }, 200, headers);
    case 'text/html': {
      const policy = { 'Content-Security-Policy': htmlPolicy };
      return { kind: 'text', status: 200, type: 'text/html', text: html, headers: { ...headers, ...policy } };
    }
    default:
      return { kind: 'text', status: 200, type: 'text/markdown', text: markdown, headers };
  }
}

interface WrittenReport {
  markdown: string;
  html: string;
  writtenAt: Date;
  draft: boolean;
}

/** As it was written when the incident ended; while it goes on, a draft from the log so far. */
async function reportOf(store: Store, incidentId: string, now: Date): Promise<WrittenReport> {
  const [incident, final] = await Promise.all([readIncident(store, incidentId), readReport(store, incidentId)]);
  if (!incident) throw notFound('incident', incidentId);
  if (final && hasEnded(incident.status)) {
    return { markdown: final.markdown, html: final.html, writtenAt: final.written_at, draft: false };
  }
  const { severity, title, state } = incident;
  const detectedAt = incident.opened_at.toISOString();
  const impactStartedAt = incident.impact_started_at.toISOString();
  const slice = await readReportSlice(
    store,
    // Before the first entry of its workflow there is only what the inbox knows.
    state ?? openIncident({ incidentId, severity, title, impactStartedAt, detectedAt }),
  );
  return { ...writeReport(slice), writtenAt: now, draft: true };
}
