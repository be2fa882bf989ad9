// What operators look at.

import {
  backlog,
  type Notice,
  noticePage,
  noticeQuery,
  type QuarantineItem,
  quarantinePage,
  quarantineQuery,
  sourcePage,
} from '../../../contract/api/index.ts';
import { pageRequest } from '../../../store/cursor.ts';
import { backlogBySource } from '../../../store/dispatch.ts';
import { listNotices, type NoticeRow } from '../../../store/notices-read.ts';
import { listQuarantine, type QuarantineRow } from '../../../store/quarantine-read.ts';
import { showPage } from '../page.ts';
import { json, route } from '../route.ts';

export const operationsRoutes = [
  route({
    method: 'get',
    path: '/api/backlog',
    summary: 'Alerts that no workflow has got yet, by source and severity: how many incidents, and since when',
    tag: 'Operations',
    access: 'viewer',
    responses: { 200: { description: 'The backlog', schema: backlog } },
    handle: async ({ deps }) => {
      const bySource = await backlogBySource(deps.store);
      const incidents = bySource.reduce((sum, part) => sum + part.incidents, 0);
      return json({ incidents, oldestMs: Math.max(0, ...bySource.map(({ oldestMs }) => oldestMs)), bySource });
    },
  }),
  route({
    method: 'get',
    path: '/api/notices',
    summary: 'What people were told and whether it reached them, newest first',
    tag: 'Operations',
    access: 'viewer',
    query: noticeQuery,
    responses: { 200: { description: 'A page of notices', schema: noticePage } },
    handle: async ({ query: { cursor, limit, incident }, deps }) =>
      json(
        showPage(
          await listNotices(deps.store, { incidentId: incident }, pageRequest({ cursor, limit })),
          presentNotice,
        ),
      ),
  }),
  route({
    method: 'get',
    path: '/api/quarantine',
    summary: 'Bodies that were authenticated but malformed, newest first',
    tag: 'Operations',
    access: 'responder',
    query: quarantineQuery,
    responses: { 200: { description: 'A page of quarantined bodies', schema: quarantinePage } },
    handle: async ({ query: { cursor, limit, source }, deps }) =>
      json(showPage(await listQuarantine(deps.store, { source }, pageRequest({ cursor, limit })), presentQuarantined)),
  }),
  route({
    method: 'get',
    path: '/api/sources',
    summary: 'Sources with their URLs, credentials and snippets to paste',
    tag: 'Operations',
    access: 'admin',
    responses: { 200: { description: 'The sources', schema: sourcePage } },
    handle: async ({ deps }) => json({ items: await deps.sources(), next: null }),
  }),
];

function presentNotice(row: NoticeRow): Notice {
  return {
    key: row.key,
    incidentId: row.incident_id,
    channel: row.channel,
    kind: row.kind,
    recipient: row.recipient,
    title: row.title,
    text: row.text,
    status: row.status,
    detail: row.detail,
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
  };
}

function presentQuarantined(row: QuarantineRow): QuarantineItem {
  return {
    id: row.quarantine_id,
    source: row.source,
    receivedAt: row.received_at.toISOString(),
    contentType: row.content_type,
    place: row.place,
    problem: row.problem,
    times: row.times,
    body: row.body.toString('utf8'),
    bodyBytes: row.body_bytes,
  };
}
