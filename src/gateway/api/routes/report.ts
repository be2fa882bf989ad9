// The report in the form that the reader asks for.

import type { Request } from 'express';
import type { Store } from '../../../store/database.ts';
import { readReport } from '../../../store/incidents-read.ts';
import { Refusal } from '../refusal.ts';
import { json, type Reply } from '../route.ts';

const forms = ['text/markdown', 'text/html', 'application/json'] as const;

// The page has text from outside in it: even if that were not escaped, no script would run and nothing would load.
const htmlPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox";

export async function replyWithReport(store: Store, incidentId: string, request: Request): Promise<Reply> {
  const form = request.accepts([...forms]);
  if (!form) {
    throw new Refusal(406, 'not_acceptable', `Accept must allow one of ${forms.join(', ')}`);
  }
  const row = await readReport(store, incidentId);
  if (!row) {
    const detail = `The report of incident ${incidentId} is written when it ends; until then see its timeline`;
    throw new Refusal(404, 'report_not_written', detail);
  }
  const headers = { Vary: 'Accept' };
  switch (form) {
    case 'application/json': {
      const { markdown, html, written_at } = row;
      return json({ incidentId, markdown, html, writtenAt: written_at.toISOString() }, 200, headers);
    }
    case 'text/html': {
      const policy = { 'Content-Security-Policy': htmlPolicy };
      return { kind: 'text', status: 200, type: 'text/html', text: row.html, headers: { ...headers, ...policy } };
    }
    default:
      return { kind: 'text', status: 200, type: 'text/markdown', text: row.markdown, headers };
  }
}
