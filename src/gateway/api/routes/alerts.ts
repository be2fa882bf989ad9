// Alerts that belong to no incident, and why alerts and incidents are what they are.

import { z } from 'zod';
import { explanation, id, type SuppressedAlert, suppressedPage, suppressedQuery } from '../../../contract/api/index.ts';
import { explainAlert } from '../../../core/explain/explain-alert.ts';
import { explainIncident } from '../../../core/explain/explain-incident.ts';
import { listSuppressedAlerts, type SuppressedRow } from '../../../store/alerts-read.ts';
import { pageRequest } from '../../../store/cursor.ts';
import { readAlertToExplain, readIncidentToExplain } from '../../../store/explanations.ts';
import { showPage } from '../page.ts';
import { presentAlert } from '../present/incident.ts';
import { notFound } from '../refusal.ts';
import { json, route } from '../route.ts';

const params = z.object({ id });

export const alertRoutes = [
  route({
    method: 'get',
    path: '/api/alerts',
    summary: 'Alerts that belong to no incident, newest first, with why; all others are with their incidents',
    tag: 'Alerts',
    access: 'viewer',
    query: suppressedQuery,
    responses: { 200: { description: 'A page of alerts', schema: suppressedPage } },
    handle: async ({ query: { cursor, limit, ...filter }, deps }) =>
      json(showPage(await listSuppressedAlerts(deps.store, filter, pageRequest({ cursor, limit })), presentSuppressed)),
  }),
  route({
    method: 'get',
    path: '/api/alerts/:id/explanation',
    summary: 'Why an alert belongs to its incident, or is none',
    tag: 'Alerts',
    access: 'viewer',
    params,
    responses: { 200: { description: 'The explanation', schema: explanation } },
    problems: [404],
    handle: async ({ params: { id: alertId }, deps }) => {
      const found = await readAlertToExplain(deps.store, alertId);
      if (!found) throw notFound('alert', alertId);
      return json(explainAlert(found));
    },
  }),
  route({
    method: 'get',
    path: '/api/incidents/:id/explanation',
    summary: 'Why an incident exists, why these alerts, why this severity, route and playbook',
    tag: 'Incidents',
    access: 'viewer',
    params,
    responses: { 200: { description: 'The explanation', schema: explanation } },
    problems: [404],
    handle: async ({ params: { id: incidentId }, deps }) => {
      const found = await readIncidentToExplain(deps.store, incidentId);
      if (!found) throw notFound('incident', incidentId);
      return json(explainIncident(found));
    },
  }),
];

function presentSuppressed(row: SuppressedRow): SuppressedAlert {
  const shown = presentAlert(row);
  const { suppressed, suppressed_by: withheld, normalised } = row;
  // Only rows that have one are listed.
  if (suppressed === null) throw new Error(`Alert ${shown.id} is not suppressed`);
  const explained = explainAlert({
    ...{ alertId: shown.id, source: shown.source, fingerprint: shown.fingerprint, title: shown.title },
    ...{ status: shown.status, startsAt: shown.startsAt, endsAt: shown.endsAt, receivedAt: shown.receivedAt },
    ...{ repeatCount: shown.repeatCount, suppressed, withheld, groupKey: normalised.groupKey, incident: null },
    ...{ groupRule: normalised.groupedBy?.rule ?? null, beganWithinDay: 1 },
  });
  return { ...shown, suppressed, withheld, explanation: explained.answers.at(-1)?.lines.join(' ') ?? '' };
}
