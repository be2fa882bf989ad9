// The audit log: entries, checkpoints, and an export that verifies without the database.

import { exportLines } from '../../../audit/export.ts';
import { auditPage, auditQuery, checkpointPage, checkpointQuery } from '../../../contract/api/index.ts';
import { auditEntriesAfter, readAudit } from '../../../store/audit-read.ts';
import { listCheckpoints, readAllCheckpoints } from '../../../store/checkpoints.ts';
import { numberCursor, showPage } from '../page.ts';
import { json, route } from '../route.ts';

export const auditRoutes = [
  route({
    method: 'get',
    path: '/api/audit',
    summary: 'Entries of the audit log, in its order unless the newest are asked for first',
    tag: 'Audit',
    access: 'viewer',
    query: auditQuery,
    responses: { 200: { description: 'A page of entries', schema: auditPage } },
    handle: async ({ query: { cursor, after, order, limit, incident, kind }, deps }) => {
      const place = order === 'asc' ? { after: cursor ?? after } : { after, before: cursor };
      const found = await readAudit(deps.store, { ...place, order, limit, incidentId: incident, kind });
      return json(showPage(found, (entry) => entry));
    },
  }),
  route({
    method: 'get',
    path: '/api/audit/checkpoints',
    summary: 'Signed checkpoints of the audit log, newest first',
    tag: 'Audit',
    access: 'viewer',
    query: checkpointQuery,
    responses: { 200: { description: 'A page of checkpoints', schema: checkpointPage } },
    handle: async ({ query: { cursor, limit }, deps }) => {
      const found = await listCheckpoints(deps.store, { before: numberCursor(cursor), limit });
      return json(
        showPage(found, ({ size, checkpoint, writtenAt }) => ({
          size,
          checkpoint,
          writtenAt: writtenAt.toISOString(),
        })),
      );
    },
  }),
  route({
    method: 'get',
    path: '/api/audit/export',
    summary: 'The whole log as NDJSON, to be verified with `firebreak audit verify`',
    tag: 'Audit',
    access: 'viewer',
    responses: { 200: { description: 'One line each; docs/audit.md has the format', types: ['application/x-ndjson'] } },
    handle: async ({ deps }) => {
      const [publicKey, checkpoints] = await Promise.all([deps.auditPublicKey(), readAllCheckpoints(deps.store)]);
      return {
        kind: 'lines',
        type: 'application/x-ndjson',
        headers: { 'Content-Disposition': 'attachment; filename="firebreak-audit.ndjson"' },
        lines: exportLines({ publicKey, checkpoints, entries: auditEntriesAfter(deps.store, 0) }),
      };
    },
  }),
];
