// The timeline entries of one incident or of all, each once, as they are written.

import type { IncidentDetail, TimelineEntry } from '../contract/api/index.ts';
import { hasEnded } from '../core/incident/status.ts';
import type { Client } from './client.ts';
import { CliError } from './errors.ts';
import { type Change, type LiveOptions, liveChanges } from './live.ts';

export interface Followed {
  incident: IncidentDetail;
  entry: TimelineEntry;
}

/** Entries of all incidents, from now on. */
export async function* followAll(client: Client, options: LiveOptions): AsyncGenerator<Followed, void, undefined> {
  const read = new Map<string, number>();
  let startedAt: Date | undefined;
  const since = (incidentId: string): Since => ({ seq: read.get(incidentId) ?? 0, at: startedAt ?? new Date(0) });
  const changed = async (change: Change): Promise<Iterable<string>> => {
    if (change.kind === 'incident') return [change.incidentId];
    if (startedAt !== undefined) return await changedMeanwhile(client, read);
    startedAt = change.at;
    return [];
  };
  for await (const change of liveChanges(client, options)) {
    for (const incidentId of await changed(change)) {
      const news = await newsOf(client, incidentId, since(incidentId));
      if (news === undefined) continue;
      for (const entry of news.entries) {
        read.set(incidentId, entry.seq);
        yield { incident: news.incident, entry };
      }
    }
  }
}

/** Entries of one incident from its beginning on; ends when the incident has ended. */
export async function* followOne(
  client: Client,
  incidentId: string,
  options: LiveOptions,
): AsyncGenerator<Followed, void, undefined> {
  let seq = 0;
  for await (const change of liveChanges(client, options)) {
    if (change.kind === 'incident' && change.incidentId !== incidentId) continue;
    const news = await newsOf(client, incidentId, { seq, at: new Date(0) });
    if (news === undefined) throw new CliError('incident_not_found', `There is no incident ${incidentId}`);
    for (const entry of news.entries) {
      seq = entry.seq;
      yield { incident: news.incident, entry };
    }
    if (hasEnded(news.incident.status)) return;
  }
}

interface Since {
  seq: number;
  at: Date;
}

const pageSize = 100;

async function newsOf(client: Client, id: string, since: Since) {
  try {
    // The incident first: one that it shows as ended has its whole timeline by then.
    const incident = await client.incident(id);
    return { incident, entries: await entriesAfter(client, id, since) };
  } catch (error) {
    if (error instanceof CliError && error.code === 'incident_not_found') return undefined;
    throw error;
  }
}

/** In the order of the log. Reads backwards, so that a long timeline costs only its news. */
async function entriesAfter(client: Client, id: string, since: Since): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.timeline(id, { order: 'desc', limit: pageSize, ...(cursor && { cursor }) });
    const news = page.items.filter((entry) => entry.seq > since.seq && new Date(entry.at) >= since.at);
    entries.push(...news);
    cursor = news.length === page.items.length ? (page.next ?? undefined) : undefined;
  } while (cursor !== undefined);
  return entries.reverse();
}

/** After a gap: incidents that are open, and those that were and may have ended. */
async function changedMeanwhile(client: Client, read: ReadonlyMap<string, number>): Promise<Iterable<string>> {
  const open = await client.incidents({ open: true, limit: pageSize });
  return new Set([...read.keys(), ...open.items.map(({ id }) => id)]);
}
