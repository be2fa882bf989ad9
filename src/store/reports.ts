// The report of an incident as it stood when it ended. Written before the audit log is locked, from the slice so far
// and the events that end it.

import type { JournalInput } from '../contract/activities.ts';
import { writeReport } from '../core/report/report.ts';
import type { Trx } from './database.ts';
import { entriesOf } from './journal.ts';
import { readReportFacts } from './report-facts.ts';

export async function saveReport(trx: Trx, input: JournalInput): Promise<void> {
  const facts = await readReportFacts(trx, input.state.incidentId);
  const { markdown, html } = writeReport({ ...facts, entries: [...facts.entries, ...entriesOf(input)] });
  const written_at = new Date();
  await trx
    .insertInto('reports')
    .values({ incident_id: input.state.incidentId, markdown, html, written_at })
    .onConflict((conflict) => conflict.column('incident_id').doUpdateSet({ markdown, html, written_at }))
    .execute();
}
