// CrowdStrike Falcon: the webhook of Fusion SOAR workflows (`{meta, data}`, data with dotted names) and detections in the
// shape of the event stream (`{metadata, event}`). Signed with the webhook's HMAC secret: base64 HMAC-SHA256 of the body
// followed by X-Cs-Delivery-Timestamp, in X-Cs-Primary-Signature.

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import {
  anySignatureMatches,
  hmacSha256,
  newToken,
  refused,
  verifyTimestamp,
  wrongSignature,
} from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { entitiesAt, flatTexts } from './lib/flat.ts';
import { parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { severityOfWord } from './lib/severity-words.ts';
import { readTime, timeOfEpoch } from './lib/times.ts';
import { defineSource, MalformedAlert, type SourceRequest, type Verdict } from './source.ts';

const name = 'crowdstrike';
const signatureHeader = 'x-cs-primary-signature';
const timestampHeader = 'x-cs-delivery-timestamp';

const fields = z.record(z.string(), z.unknown(), { error: 'it must be an object' });
const payload = z.union(
  [z.looseObject({ meta: fields, data: fields }), z.looseObject({ metadata: fields, event: fields })],
  { error: 'it must be an object with meta and data, or with metadata and event' },
);
type Payload = z.output<typeof payload>;

export const crowdstrike = defineSource<Payload>({
  name,
  title: 'CrowdStrike Falcon',
  authentication: 'hmac',
  contentTypes: ['application/json'],
  newCredential: newToken,
  verify,
  parse: ({ body }) => parseJson(body, payload),
  normalise: (sent, receivedAtMs) => [alertOf(sent, receivedAtMs)],
  snippet: (url, credential) => `# CrowdStrike Store > Webhook > Add configuration
Name: firebreak
Webhook URL: ${url}
HMAC Secret Key: ${credential}
Signature Header Name: X-Cs-Primary-Signature
# Fusion SOAR > Workflows: trigger "Alert > EPP Detection", and one for its status; action "Call webhook: firebreak"
# with all data of the trigger.
`,
  samples: samplesOf(sampleBody, { only: ['brute-force'] }),
  sign: (body, credential, nowMs) => {
    const timestamp = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
    return {
      'content-type': 'application/json',
      [timestampHeader]: timestamp,
      'x-cs-signature-algorithm': 'HmacSHA256',
      [signatureHeader]: hmacSha256(credential, body, timestamp).toString('base64'),
    };
  },
});

function verify({ headers, body, receivedAtMs }: SourceRequest, credentials: readonly string[]): Verdict {
  const timestamp = headers[timestampHeader] ?? '';
  const signature = Buffer.from(headers[signatureHeader] ?? '', 'base64');
  if (timestamp === '' || signature.length === 0) {
    return refused(
      'signature_missing',
      'Send X-Cs-Primary-Signature and X-Cs-Delivery-Timestamp: give the webhook an HMAC secret key',
    );
  }
  const expected = credentials.map((credential) => hmacSha256(credential, body, timestamp));
  if (!anySignatureMatches([signature], expected)) return wrongSignature;
  // It has been seen as RFC 3339, as seconds and as milliseconds.
  const at = timeOfEpoch(timestamp) ?? (Number.isNaN(Date.parse(timestamp)) ? undefined : timestamp);
  return verifyTimestamp(at === undefined ? timestamp : String(Math.floor(Date.parse(at) / 1_000)), receivedAtMs);
}

const names = {
  id: ['CompositeId', 'composite_id', 'detections.composite_id', 'DetectId', 'DetectionId', 'detections.id', 'id'],
  title: ['DetectName', 'Name', 'detections.name', 'detections.display_name', 'title', 'name'],
  description: ['DetectDescription', 'Description', 'detections.description', 'description'],
  severity: ['SeverityName', 'detections.severity', 'severity_name', 'severity'],
  status: ['Status', 'detections.status', 'status'],
  startedAt: ['ProcessStartTime', 'ContextTimeStamp', 'detections.timestamp', 'timestamp'],
  link: ['FalconHostLink', 'detections.url', 'event_reference_url', 'url'],
  host: ['Hostname', 'ComputerName', 'devices.hostname', 'device.hostname', 'hostname'],
} as const;

const places = {
  ip: ['RemoteAddress', 'network_accesses.remote_address', 'source_ip'],
  host: names.host,
  user: ['UserName', 'detections.user_name', 'users.name', 'user_name'],
  process: ['FileName', 'processes.file_name', 'filename', 'processes.executable_names'],
  hash: ['SHA256String', 'MD5String', 'processes.sha256', 'processes.sha_ids', 'files.sha256', 'sha256'],
} as const;

/** Statuses of a detection that nobody works on any more. */
const over = /^(closed|resolved|false_positive|true_positive|ignored)$/i;

function alertOf(sent: Payload, receivedAtMs: number): Alert {
  const place = 'event' in sent ? 'event' : 'data';
  const body = 'event' in sent ? (sent as { event: unknown }).event : (sent as { data: unknown }).data;
  const flat = new Map([...flatTexts('meta' in sent ? sent.meta : {}), ...flatTexts(body, 1_000)]);
  const first = (all: readonly string[]) => all.map((one) => flat.get(one)?.[0]).find((one) => one !== undefined);
  const link = first(names.link);
  const id = first(names.id) ?? link;
  if (id === undefined) {
    throw new MalformedAlert(place, 'found no id of a detection, such as composite_id');
  }
  const isOver = over.test(first(names.status) ?? '');
  const started = first(names.startedAt);
  const host = first(names.host);
  return boundedAlert(
    {
      source: name,
      fingerprint: id,
      status: isOver ? 'resolved' : 'firing',
      title: `${first(names.title) ?? 'Detection'}${host ? ` on ${host}` : ''}`,
      description: first(names.description),
      severity: severityOfWord(first(names.severity) ?? ''),
      // What is over is told with other times.
      startsAt: isOver ? undefined : (timeOfEpoch(started) ?? readTime(started, place)),
      labels: Object.fromEntries([...flatTexts(body)].map(([place, values]) => [place, values.join(', ')])),
      entities: entitiesAt(flat, places),
      groupKey: `host/${host ?? id}`,
      links: [{ title: 'Falcon', url: link }],
    },
    receivedAtMs,
  );
}

function sampleBody({ labels, summary, description, status, startsAt, fingerprint }: SampleAlert) {
  return {
    meta: {
      timestamp: Date.parse(startsAt),
      trigger_name: 'EPP Detection',
      trigger_category: 'Alert',
      event_reference_url: `https://falcon.crowdstrike.example/activity-v2/detections/${fingerprint}`,
    },
    data: {
      'detections.composite_id': `${fingerprint}:ind:1`,
      'detections.name': summary,
      'detections.description': description,
      'detections.severity': labels.severity,
      'detections.status': status === 'firing' ? 'new' : 'closed',
      'detections.tactic': 'Credential Access',
      'detections.technique': 'Brute Force',
      'detections.timestamp': startsAt,
      'detections.user_name': 'root',
      'devices.hostname': labels.host,
      'processes.file_name': 'sshd',
      'network_accesses.remote_address': labels.source_ip,
      kind: labels.kind,
      service: labels.service,
    },
  };
}
