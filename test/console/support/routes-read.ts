// Lists and single things, with the filters and cursors of the contract.

import type { Express, Request, Response } from 'express';
import {
  alertPage,
  alertQuery,
  approvalPage,
  approvalQuery,
  auditPage,
  auditQuery,
  checkpointPage,
  checkpointQuery,
  containmentPage,
  containmentQuery,
  explanation,
  type IncidentDetail,
  incidentDetail,
  incidentLearnt,
  incidentPage,
  incidentQuery,
  incidentSummary,
  timelinePage,
  timelineQuery,
} from '../../../src/contract/api/index.ts';
import { hasEnded } from '../../../src/core/incident/status.ts';
import { cut } from './cut.ts';
import { answer, problem } from './reply.ts';
import type { World } from './world.ts';

export function readRoutes(app: Express, world: World): void {
  app.get('/api/incidents', (request, response) => {
    const query = incidentQuery.parse(request.query);
    const found = world.incidents.filter(
      (incident) =>
        (query.open === undefined || query.open !== hasEnded(incident.status)) &&
        (query.status?.includes(incident.status) ?? true) &&
        (query.severity?.includes(incident.severity) ?? true) &&
        `${incident.title} ${incident.service} ${incident.id}`.toLowerCase().includes(query.q?.toLowerCase() ?? ''),
    );
    const rank = ({ priority, falseAlarmChance }: IncidentDetail): number =>
      query.sort === 'priority' ? (priority ?? 6) : (falseAlarmChance ?? 0);
    const ordered = query.sort === 'newest' ? found : found.toSorted((a, b) => rank(a) - rank(b));
    const { items, next } = cut(ordered, query);
    answer(response, incidentPage, { items: items.map((incident) => incidentSummary.parse(incident)), next });
  });
  ofIncident('', (incident, _request, response) => answer(response, incidentDetail, incident));
  ofIncident('/alerts', (incident, request, response) =>
    answer(response, alertPage, cut(incident.alerts, alertQuery.parse(request.query))),
  );
  ofIncident('/explanation', ({ id, title, reasons }, _request, response) =>
    answer(response, explanation, {
      ...{ about: 'incident', id, title, incidentId: id, withheld: null },
      answers: [{ question: 'Why is there this incident?', lines: [`It is about <b>${title}</b>.`, ...reasons] }],
    }),
  );
  ofIncident('/learnt', ({ id }, _request, response) =>
    answer(
      response,
      incidentLearnt,
      world.learnt.get(id) ?? { falseAlarm: null, suggested: [], verdict: null, similar: [] },
    ),
  );
  ofIncident('/timeline', (incident, request, response) => {
    const query = timelineQuery.parse(request.query);
    const entries = world.timelines.get(incident.id) ?? [];
    answer(response, timelinePage, cut(query.order === 'desc' ? entries.toReversed() : entries, query));
  });
  app.get('/api/approvals', (request, response) => {
    const query = approvalQuery.parse(request.query);
    const all = world.incidents.flatMap((incident) => incident.approvals);
    const wanted = all.filter(({ status }) => query.status.includes('all') || query.status.includes(status));
    answer(response, approvalPage, cut(wanted, query));
  });
  app.get('/api/containments', (request, response) => {
    const query = containmentQuery.parse(request.query);
    const all = world.incidents.flatMap((incident) => incident.containments);
    answer(
      response,
      containmentPage,
      cut(
        all.filter(({ active }) => active === (query.active ?? active)),
        query,
      ),
    );
  });
  app.get('/api/audit', (request, response) => {
    const query = auditQuery.parse(request.query);
    const found = world
      .audit()
      .filter(
        (entry) =>
          entry.incidentId === (query.incident ?? entry.incidentId) && entry.kind === (query.kind ?? entry.kind),
      );
    const sorted = query.order === 'desc' ? found.toReversed() : found.filter(({ seq }) => seq > query.after);
    answer(response, auditPage, cut(sorted, { cursor: query.cursor?.toString(), limit: query.limit }));
  });
  app.get('/api/audit/checkpoints', (request, response) =>
    answer(response, checkpointPage, cut(world.checkpoints, checkpointQuery.parse(request.query))),
  );

  function ofIncident(
    path: string,
    handle: (incident: IncidentDetail, request: Request, response: Response) => void,
  ): void {
    app.get(`/api/incidents/:id${path}`, (request, response) => {
      const id = String(request.params.id);
      const incident = world.incident(id);
      if (incident) handle(incident, request, response);
      else problem(response, 404, 'incident_not_found', `There is no incident ${id}`);
    });
  }
}
