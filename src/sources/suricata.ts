// Suricata's EVE log, shipped over HTTP: events as a list, one on each line, or one alone (docs.suricata.io, EVE JSON
// format). Only events of the type `alert` are alerts; the others in the log are passed over.

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import type { Severity } from '../core/severity.ts';
import { jsonWithToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { eventAlert } from './lib/event-alert.ts';
import { entitiesAt, flatTexts, labelsFrom } from './lib/flat.ts';
import { checkedMany, readMany } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { readTime } from './lib/times.ts';
import { defineSource } from './source.ts';

const name = 'suricata';

const text = z.string().nullish();
const number = z.number().nullish();
const event = z.looseObject({
  event_type: z.string({ error: 'it must be the type of an EVE event' }),
  timestamp: text,
  host: text,
  in_iface: text,
  src_ip: text,
  src_port: number,
  dest_ip: text,
  dest_port: number,
  proto: text,
  app_proto: text,
  flow_id: z.unknown().optional(),
  alert: z
    .looseObject({
      action: text,
      gid: number,
      signature_id: z.number({ error: 'it must be the number of a signature' }),
      signature: text,
      category: text,
      severity: number,
    })
    .nullish(),
});
type Event = z.output<typeof event>;

export const suricata = defineSource<Event[]>({
  ...jsonWithToken,
  name,
  title: 'Suricata',
  contentTypes: ['application/json', 'application/x-ndjson'],
  parse: ({ body }) => checkedMany(readMany(body), event),
  normalise: (events, receivedAtMs) => events.flatMap((one) => alertsOf(one, receivedAtMs)),
  noRecovery: 'Suricata tells of packets as they pass; a packet has no end.',
  snippet: (url, credential) => `# vector.yaml
sources:
  eve: { type: file, include: [/var/log/suricata/eve.json] }
transforms:
  alerts:
    type: filter
    inputs: [eve_json]
    condition: .event_type == "alert"
  eve_json:
    type: remap
    inputs: [eve]
    source: . = parse_json!(.message)
sinks:
  firebreak:
    type: http
    inputs: [alerts]
    uri: ${url}
    encoding: { codec: json }
    batch: { timeout_secs: 1 }
    auth: { strategy: bearer, token: ${credential} }
`,
  samples: samplesOf(sampleBody, { only: ['brute-force'], withoutRecovery: true }),
});

const places = {
  ip: ['src_ip'],
  host: ['http.hostname', 'tls.sni', 'dns.rrname', 'dns.queries.rrname'],
  hash: ['fileinfo.sha256', 'fileinfo.md5', 'files.sha256', 'files.md5'],
  user: ['smb.ntlmssp.user'],
} as const;

function alertsOf(one: Event, receivedAtMs: number): Alert[] {
  const { alert } = one;
  if (one.event_type !== 'alert' || !alert) return [];
  const flat = flatTexts(one, 1_000);
  const first = (place: string) => flat.get(place)?.[0];
  const found = eventAlert({
    source: name,
    rule: `${alert.gid ?? 1}:${alert.signature_id}`,
    about: [one.src_ip ?? undefined, one.dest_ip ?? undefined],
    groupedBy: [one.src_ip ?? undefined],
    title: alert.signature || `Signature ${alert.signature_id}`,
    description: alert.category ?? undefined,
    severity: severityOfPriority(alert.severity),
    startsAt: readTime(one.timestamp, 'timestamp'),
    labels: {
      ...labelsFrom({ signature_id: alert.signature_id, category: alert.category, action: alert.action }),
      ...labelsFrom({ src_ip: one.src_ip, src_port: one.src_port, dest_ip: one.dest_ip, dest_port: one.dest_port }),
      ...labelsFrom({ proto: one.proto, app_proto: one.app_proto, sensor: one.host, in_iface: one.in_iface }),
      ...labelsFrom({ http_hostname: first('http.hostname'), http_url: first('http.url'), tls_sni: first('tls.sni') }),
    },
    annotations: labelsFrom({ flow_id: one.flow_id }),
    entities: entitiesAt(flat, places),
  });
  return [boundedAlert(found, receivedAtMs)];
}

/** Suricata's classification: 1 is the worst. */
function severityOfPriority(priority: number | null | undefined): Severity {
  if (priority === 1) return 'high';
  if (priority === 2) return 'medium';
  return priority === 3 ? 'low' : 'info';
}

function sampleBody({ labels, summary, startsAt }: SampleAlert) {
  return {
    timestamp: startsAt.replace('Z', '000+0000'),
    flow_id: 1_795_079_134_510_938,
    in_iface: 'eth0',
    event_type: 'alert',
    src_ip: labels.source_ip,
    src_port: 51_782,
    dest_ip: '10.0.0.11',
    dest_port: 22,
    proto: 'TCP',
    app_proto: 'ssh',
    host: 'sensor-1',
    alert: {
      action: 'allowed',
      gid: 1,
      signature_id: 2_001_219,
      rev: 20,
      signature: summary,
      category: 'Attempted Information Leak',
      severity: 2,
    },
  };
}
