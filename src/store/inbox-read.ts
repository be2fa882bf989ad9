// Reads, and locks, what the inbox knows about the alerts of a batch; see migrations/0002 and 0005.

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
import { anySource } from '../core/suppression/grouping.ts';
import { type Inhibitor, inhibitedUnder } from '../core/suppression/inhibition.ts';
import { type ReadySilence, readySilence, type Silence, type WithholdingRules } from '../core/suppression/judge.ts';
import type { Store } from './database.ts';
import type { Send } from './pipelined.ts';

interface Row {
  episodes: KnownEpisode[] | null;
  groups: KnownGroup[] | null;
  incidents: KnownIncident[] | null;
  deliveries: { source: string; deliveryId: string }[] | null;
  /** Null when those of the known version still hold, or when there are none. */
  silences: Silence[] | null;
  silences_version: number;
  inhibitors: Inhibitor[] | null;
  waiting: InboxKnowledge['waiting'] | null;
}

/** Silences by version: the statement tells whether they are still those, so that nothing old is ever used. */
const silencesOf = new WeakMap<Store, { version: number; silences: readonly ReadySilence[] }>();

/** All of it but silences and inhibitors stays as it is until the transaction ends. */
export async function readInbox(
  store: Store,
  send: Send,
  requests: readonly InboxRequest[],
  rules: WithholdingRules,
): Promise<InboxKnowledge> {
  const alerts = requests.flatMap((request) => request.alerts);
  const findings = [...new Map(alerts.map((alert) => [`${alert.source} ${alert.fingerprint}`, alert])).values()];
  const delivered = requests.filter(({ deliveryId }) => deliveryId !== undefined);
  const known = silencesOf.get(store) ?? { version: -1, silences: [] };
  const [row] = await send(sql<Row>`select * from inbox_read(
    sources => ${distinct([...requests.map(({ source }) => source), ...groupsOfMany(alerts)]).sort()}::text[],
    finding_sources => ${findings.map(({ source }) => source)}::text[],
    fingerprints => ${findings.map(({ fingerprint }) => fingerprint)}::text[],
    alert_ids => ${distinct(alerts.map(idOf))}::text[],
    group_ids => ${distinct(alerts.map(groupsOf()))}::text[],
    delivery_sources => ${delivered.map(({ source }) => source)}::text[],
    delivery_ids => ${delivered.map(({ deliveryId }) => deliveryId)}::text[],
    known_silences => ${known.version}::bigint,
    inhibited_under => ${keysOf(alerts, rules)}::text[],
    starts_since => ${startsSince(requests, rules)}::timestamptz,
    counted_groups => ${countedGroups(alerts, rules)}::text[]
  )`);
  const deliveries = (row?.deliveries ?? []).map(({ source, deliveryId }) => deliveryKey(source, deliveryId));
  return {
    episodes: row?.episodes ?? [],
    groups: row?.groups ?? [],
    incidents: row?.incidents ?? [],
    deliveries: new Set(deliveries),
    silences: row ? silencesIn(store, row, known) : [],
    inhibitors: row?.inhibitors ?? [],
    waiting: row?.waiting ?? [],
  };
}

const distinct = (values: string[]): string[] => [...new Set(values)];

/** Null when the rules inhibit none of them, so that nothing is looked up. */
function keysOf(alerts: InboxRequest['alerts'], { inhibit }: WithholdingRules): string[] | null {
  if (inhibit.length === 0) return null;
  const firing = alerts.filter(({ status }) => status === 'firing');
  const keys = firing.flatMap((alert) => inhibitedUnder(alert, inhibit).map(({ key }) => key));
  return keys.length === 0 ? null : distinct(keys);
}

/** Sources do not keep each other from opening a group that they share: its rule does, as if it were a source. */
const groupsOfMany = (alerts: InboxRequest['alerts']): string[] =>
  alerts.flatMap(({ groupedBy }) => (groupedBy?.acrossSources ? [`${anySource}${groupedBy.rule}`] : []));

/** Null when no rule asks how often findings begin. */
function startsSince(requests: readonly InboxRequest[], { flapping }: WithholdingRules): string | null {
  if (flapping.length === 0) return null;
  const fromMs = Math.min(...requests.map(({ receivedAtMs }) => receivedAtMs));
  return new Date(fromMs - Math.max(...flapping.map(({ withinMs }) => withinMs))).toISOString();
}

function countedGroups(alerts: InboxRequest['alerts'], { groups }: WithholdingRules): string[] | null {
  const counting = new Set(groups.filter(({ threshold }) => threshold).map(({ name }) => name));
  const counted = alerts.filter(({ groupedBy }) => groupedBy && counting.has(groupedBy.rule));
  return counted.length === 0 ? null : distinct(counted.map(groupsOf()));
}

function silencesIn(
  store: Store,
  { silences, silences_version: version }: Row,
  known: { version: number; silences: readonly ReadySilence[] },
): readonly ReadySilence[] {
  if (version === known.version) return known.silences;
  const ready = (silences ?? []).map(readySilence);
  silencesOf.set(store, { version, silences: ready });
  return ready;
}
