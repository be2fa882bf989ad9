// Reads, and locks, what the inbox knows about the alerts of a batch; see migrations/0002_inbox.sql.

import { sql } from 'kysely';
import {
  deliveryKey,
  groupsOf,
  type InboxKnowledge,
  type InboxRequest,
  idOf,
  type KnownEpisode,
  type KnownGroup,
  type KnownIncident,
} from '../core/inbox/known.ts';
import type { Send } from './pipelined.ts';

interface Row {
  episodes: KnownEpisode[] | null;
  groups: KnownGroup[] | null;
  incidents: KnownIncident[] | null;
  deliveries: { source: string; deliveryId: string }[] | null;
}

/** All of it stays as it is until the transaction ends. */
export async function readInbox(send: Send, requests: readonly InboxRequest[]): Promise<InboxKnowledge> {
  const alerts = requests.flatMap((request) => request.alerts);
  const findings = [...new Map(alerts.map((alert) => [`${alert.source} ${alert.fingerprint}`, alert])).values()];
  const delivered = requests.filter(({ deliveryId }) => deliveryId !== undefined);
  const [row] = await send(sql<Row>`select * from inbox_read(
    sources => ${distinct(requests.map(({ source }) => source)).sort()}::text[],
    finding_sources => ${findings.map(({ source }) => source)}::text[],
    fingerprints => ${findings.map(({ fingerprint }) => fingerprint)}::text[],
    alert_ids => ${distinct(alerts.map(idOf))}::text[],
    group_ids => ${distinct(alerts.map(groupsOf()))}::text[],
    delivery_sources => ${delivered.map(({ source }) => source)}::text[],
    delivery_ids => ${delivered.map(({ deliveryId }) => deliveryId)}::text[]
  )`);
  const deliveries = (row?.deliveries ?? []).map(({ source, deliveryId }) => deliveryKey(source, deliveryId));
  return {
    episodes: row?.episodes ?? [],
    groups: row?.groups ?? [],
    incidents: row?.incidents ?? [],
    deliveries: new Set(deliveries),
  };
}

const distinct = (values: string[]): string[] => [...new Set(values)];
