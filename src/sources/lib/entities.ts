// What an alert is about, read from its labels and annotations by their usual names. Only what is surely of the kind is
// taken: an action may act on it.

import { isIP } from 'node:net';
import { alertBounds, type Entity, type EntityKind } from '../../core/alert.ts';
import { plainLine } from '../../core/text.ts';
import { addressText, isSingleAddress, parseNetwork } from '../../net/ip.ts';

const entityLength = 300;

const namesOf: Record<EntityKind, readonly string[]> = {
  // Who it comes from. Not `instance`: that is the host that is watched, and blocking it would be an own goal.
  ip: [
    'ip',
    'src_ip',
    'source_ip',
    'srcip',
    'client_ip',
    'remote_ip',
    'remote_addr',
    'attacker_ip',
    'ip_address',
    'source_address',
  ],
  host: ['host', 'hostname', 'node', 'nodename', 'server', 'instance', 'computer', 'device_name'],
  user: ['user', 'username', 'user_name', 'account', 'principal', 'actor'],
  service: ['service', 'service_name', 'app', 'application', 'app_kubernetes_io_name', 'job'],
  process: ['process', 'process_name', 'exe', 'comm'],
  hash: ['hash', 'sha256', 'sha1', 'md5', 'file_hash'],
  url: ['url', 'uri', 'target_url', 'request_url'],
  resource: [
    'resource',
    'resource_id',
    'arn',
    'pod',
    'deployment',
    'statefulset',
    'daemonset',
    'container',
    'persistentvolumeclaim',
    'bucket',
    'database',
    'mountpoint',
    'device',
  ],
  key: ['access_key', 'access_key_id', 'api_key_id', 'key_id'],
};
interface Naming {
  kind: EntityKind;
  /** Better names of a kind come first. */
  rank: number;
  isFallback: boolean;
}

// `job` is what Prometheus scrapes: a service only where nothing better is said.
const fallbacks = new Set(['job']);
const namings = new Map(
  Object.entries(namesOf).flatMap(([kind, names]) =>
    names.map((name, rank): [string, Naming] => [
      name,
      { kind: kind as EntityKind, rank, isFallback: fallbacks.has(name) },
    ]),
  ),
);

/** Names come again and again; what was found out about them is kept, for a bounded number of them. */
const known = new Map<string, Naming | undefined>();
const mostKnown = 10_000;

function namingOf(name: string): Naming | undefined {
  if (known.has(name)) return known.get(name);
  const naming = namings.get(name.toLowerCase().replace(/[^a-z0-9]+/g, '_'));
  if (known.size >= mostKnown) known.clear();
  if (name.length <= entityLength) known.set(name, naming);
  return naming;
}

const readers: Partial<Record<EntityKind, (text: string) => string | undefined>> = {
  ip: readAddress,
  host: readHost,
  hash: (text) =>
    /^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i.test(text)
      ? text.toLowerCase()
      : undefined,
  url: (text) => (isHttpUrl(text) ? text : undefined),
};

/** The entity, cleaned and in one spelling; undefined when the value is not of the kind. */
export function entityOf(kind: EntityKind, text: string): Entity | undefined {
  // Half a name is another name: what is too long is none.
  const line = text.length > entityLength ? '' : plainLine(text, entityLength);
  const value = line === '' ? undefined : (readers[kind] ?? ((same: string) => same))(line);
  return value === undefined || value === '' ? undefined : { kind, value };
}

/** In the order of the records, better names of a kind first; each once; at most as many as an alert may have. */
export function entitiesOf(...records: Record<string, string>[]): Entity[] {
  const found = records.flatMap((record) => namedEntities(record));
  const certain = found.filter(({ isFallback }) => !isFallback);
  const fallen = found.filter(
    ({ isFallback, entity }) => isFallback && !certain.some((one) => one.entity.kind === entity.kind),
  );
  return distinctEntities([...certain, ...fallen].map(({ entity }) => entity));
}

export function distinctEntities(all: readonly Entity[]): Entity[] {
  if (all.length < 2) return [...all];
  const byKey = new Map(all.map((entity) => [`${entity.kind} ${entity.value}`, entity]));
  return [...byKey.values()].slice(0, alertBounds.entities);
}

function namedEntities(record: Record<string, string>) {
  const found: { entity: Entity; rank: number; isFallback: boolean }[] = [];
  for (const [name, text] of Object.entries(record)) {
    const naming = namingOf(name);
    const entity = naming && entityOf(naming.kind, text);
    if (entity) found.push({ entity, rank: naming.rank, isFallback: naming.isFallback });
  }
  return found.sort((a, b) => a.rank - b.rank);
}

function readAddress(text: string): string | undefined {
  if (isIP(text) === 0) return undefined;
  const network = parseNetwork(text);
  return network && isSingleAddress(network) ? addressText(network) : undefined;
}

/** `web-1:9100` is `web-1`, and `https://shop.example/health` is `shop.example`. */
function readHost(text: string): string | undefined {
  if (isHttpUrl(text)) return new URL(text).hostname;
  return text.replace(/^\[(.+)\](:\d+)?$/, '$1').replace(/^([^:]+):\d+$/, '$1');
}

export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
