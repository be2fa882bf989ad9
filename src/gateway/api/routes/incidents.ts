// Incidents, their alerts, timeline and report.

import { z } from 'zod';
import {
  alertPage,
  alertQuery,
  alertsShown,
  id,
  incidentDetail,
  incidentPage,
  incidentQuery,
  report,
  timelinePage,
  timelineQuery,
} from '../../../contract/api/index.ts';
import { isLink } from '../../../core/plan/playbook.ts';
import { listApprovals } from '../../../store/approvals.ts';
import { listContainments } from '../../../store/containments-read.ts';
import { pageRequest } from '../../../store/cursor.ts';
import type { Store } from '../../../store/database.ts';
import { listAlerts, listIncidents, readIncident, readIncidentStatus } from '../../../store/incidents-read.ts';
import { readRunbook } from '../../../store/plans.ts';
import { readTimeline } from '../../../store/timeline.ts';
import { numberCursor, showPage } from '../page.ts';
import { presentApprovals } from '../present/approval.ts';
import { presentContainment } from '../present/containment.ts';
import { presentAlert, presentIncident, presentSummary } from '../present/incident.ts';
import { presentTimelineEntry } from '../present/timeline.ts';
import { notFound } from '../refusal.ts';
import { json, route } from '../route.ts';
import { replyWithReport } from './report.ts';

const params = z.object({ id });
/** Of approvals and containments an incident shows this many, the newest; all are on their own lists. */
const partsShown = 50;

export async function mustBeThere(store: Store, incidentId: string) {
  const row = await readIncidentStatus(store, incidentId);
  if (!row) throw notFound('incident', incidentId);
  return row;
}

export const incidentRoutes = [
  route({
    method: 'get',
    path: '/api/incidents',
    summary: 'Incidents, newest or most likely real first',
    tag: 'Incidents',
    access: 'viewer',
    query: incidentQuery,
    responses: { 200: { description: 'A page of incidents', schema: incidentPage } },
    handle: async ({ query, deps, now }) => {
      const { cursor, limit, sort, ...filter } = query;
      const found = await listIncidents(deps.store, filter, pageRequest({ cursor, limit }), sort);
      return json(showPage(found, (row) => presentSummary(row, { ...deps, now })));
    },
  }),
  route({
    method: 'get',
    path: '/api/incidents/:id',
    summary: 'One incident in full',
    tag: 'Incidents',
    access: 'viewer',
    params,
    responses: { 200: { description: 'The incident', schema: incidentDetail } },
    problems: [404],
    handle: async ({ params: { id: incidentId }, deps, principal, now }) => {
      const { store, publicUrl } = deps;
      const newest = { after: null, limit: partsShown };
      const [row, alerts, approvals, containments, runbook] = await Promise.all([
        readIncident(store, incidentId),
        listAlerts(store, incidentId, {}, { after: null, limit: alertsShown }),
        listApprovals(store, { status: [], incidentId }, newest),
        listContainments(store, { incidentId }, newest),
        readRunbook(store, incidentId),
      ]);
      if (!row) throw notFound('incident', incidentId);
      const parts = {
        alerts: alerts.items.map(presentAlert),
        approvals: await presentApprovals(store, approvals.items, { principal, now, publicUrl }),
        containments: containments.items.map((containment) => presentContainment(containment, deps)),
        // A link is among its runbooks.
        runbookText: runbook !== null && !isLink(runbook) ? runbook : null,
      };
      return json(presentIncident(row, parts, { ...deps, now }));
    },
  }),
  route({
    method: 'get',
    path: '/api/incidents/:id/alerts',
    summary: 'All alerts of an incident, oldest first',
    tag: 'Incidents',
    access: 'viewer',
    params,
    query: alertQuery,
    responses: { 200: { description: 'A page of alerts', schema: alertPage } },
    problems: [404],
    handle: async ({ params: { id: incidentId }, query: { cursor, limit, ...filter }, deps }) => {
      await mustBeThere(deps.store, incidentId);
      const found = await listAlerts(deps.store, incidentId, filter, pageRequest({ cursor, limit }));
      return json(showPage(found, presentAlert));
    },
  }),
  route({
    method: 'get',
    path: '/api/incidents/:id/timeline',
    summary: "What happened, in order: the incident's slice of the audit log",
    tag: 'Incidents',
    access: 'viewer',
    params,
    query: timelineQuery,
    responses: { 200: { description: 'A page of the timeline', schema: timelinePage } },
    problems: [404],
    handle: async ({ params: { id: incidentId }, query: { cursor, limit, order }, deps }) => {
      await mustBeThere(deps.store, incidentId);
      const found = await readTimeline(deps.store, incidentId, { after: numberCursor(cursor), limit, order });
      return json(showPage(found, presentTimelineEntry));
    },
  }),
  route({
    method: 'get',
    path: '/api/incidents/:id/report',
    summary: 'The report, as Markdown unless Accept asks for text/html or application/json',
    tag: 'Incidents',
    access: 'viewer',
    params,
    responses: {
      200: { description: 'The report', schema: report, types: ['text/markdown', 'text/html'] },
    },
    problems: [404, 406],
    handle: async ({ params: { id: incidentId }, deps, request, now }) =>
      await replyWithReport(deps.store, incidentId, request, now),
  }),
];
