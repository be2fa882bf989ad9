// A store that has seen ten thousand incidents. They come in through the real inbox; their ends are copied from an
// incident that really went its way.

import { sql } from 'kysely';
import { decideInbox } from '../../src/core/inbox/decide.ts';
import { noWithholding } from '../../src/core/suppression/judge.ts';
import { auditAppend, type NewAuditEntry } from '../../src/store/audit.ts';
import { openDatabase, type Store } from '../../src/store/database.ts';
import { inboxAuditEntries } from '../../src/store/inbox-audit.ts';
import { readInbox } from '../../src/store/inbox-read.ts';
import { inboxWrite } from '../../src/store/inbox-write.ts';
import { migrate } from '../../src/store/migrate.ts';
import { inPipelinedTransaction } from '../../src/store/pipelined.ts';
import { incidentOf, range } from './bench.ts';
import { storedRequest } from './stored-request.ts';

/** What an incident that closed left in the store. */
export interface Specimen {
  incidentId: string;
  state: string;
  entries: NewAuditEntry[];
  report: { markdown: string; html: string };
}

export async function readSpecimen(store: Store, incidentId: string): Promise<Specimen> {
  const { state } = await store
    .selectFrom('incidents')
    .select(sql<string>`state::text`.as('state'))
    .where('incident_id', '=', incidentId)
    .executeTakeFirstOrThrow();
  const rows = await store
    .selectFrom('audit_entries')
    .select('body')
    .where('incident_id', '=', incidentId)
    .where('kind', 'not in', ['incident_opened', 'alerts_accepted'])
    .orderBy('seq')
    .execute();
  const report = await store
    .selectFrom('reports')
    .select(['markdown', 'html'])
    .where('incident_id', '=', incidentId)
    .executeTakeFirstOrThrow();
  return { incidentId, state, entries: rows.map(({ body }) => JSON.parse(body)), report };
}

const batchSize = 500;
/** Share of the incidents that still run. */
const openShare = 0.05;
const row = 'past';

export async function growStore(url: string, specimen: Specimen, incidents: number): Promise<void> {
  const store = openDatabase({ url, max: 2 });
  await migrate(store);
  for (let first = 0; first < incidents; first += batchSize) {
    await addIncidents(store, specimen, range(first, Math.min(batchSize, incidents - first)));
  }
  const open = range(0, Math.round(incidents * openShare)).map((n) => incidentOf(row, n));
  await sql`update incidents set status = 'recovery', closed_at = null where incident_id = any(${open}::text[])`.execute(
    store,
  );
  // As autovacuum would within a minute.
  await sql`vacuum analyze`.execute(store);
  await store.destroy();
}

async function addIncidents(store: Store, specimen: Specimen, numbers: number[]): Promise<void> {
  const batch = numbers.map((n) => storedRequest({ kind: 'plain', count: 1, row }, n));
  const ids = numbers.map((n) => incidentOf(row, n));
  const asCopy = (text: string, id: string): string => text.replaceAll(specimen.incidentId, id);
  await inPipelinedTransaction(store, async (send) => {
    const decision = decideInbox(batch, await readInbox(store, send, batch, noWithholding));
    await send(inboxWrite(decision, batch));
    await send(sql`
      update incidents i set status = 'closed', closed_at = now(), resolved_at = now(), delivered_through = last_position,
        state = jsonb_set(replace(${specimen.state}, ${specimen.incidentId}, i.incident_id)::jsonb, '{seenThrough}', to_jsonb(last_position))
      where incident_id = any(${ids}::text[])`);
    await send(sql`
      insert into reports (incident_id, markdown, html, written_at)
      select id, replace(${specimen.report.markdown}, ${specimen.incidentId}, id), replace(${specimen.report.html}, ${specimen.incidentId}, id), now()
      from unnest(${ids}::text[]) as id`);
    const entries = ids.flatMap((id) => JSON.parse(asCopy(JSON.stringify(specimen.entries), id)) as NewAuditEntry[]);
    await send(auditAppend([...inboxAuditEntries(batch, decision), ...entries]));
  });
}
