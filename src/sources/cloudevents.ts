// CloudEvents 1.0 over HTTP: binary, structured and batch (cloudevents/spec, http-protocol-binding), with the handshake of
// its webhook profile. What `data` says of itself in the usual names is read; everything else comes from the attributes.

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import { jsonWithToken, verifyToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { flatTexts, labelsFrom } from './lib/flat.ts';
import { checked, maxAlertsPerRequest, placeOf, readJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { severityOfWord } from './lib/severity-words.ts';
import { cleanIdentity } from './lib/text.ts';
import { readTime } from './lib/times.ts';
import { defineSource, type SourceRequest } from './source.ts';

const name = 'cloudevents';
const structured = 'application/cloudevents+json';
const batch = 'application/cloudevents-batch+json';
const deliveryIdLength = 256;

const needed = (what: string) => z.string({ error: `it must be ${what}` }).min(1, 'it must not be empty');
const event = z.looseObject({
  specversion: z.literal('1.0', { error: 'it must be "1.0"' }),
  id: needed('the id of the event'),
  source: needed('where the event comes from'),
  type: needed('the type of the event'),
  subject: z.string().nullish(),
  time: z.string().nullish(),
  data: z.unknown().optional(),
});
type CloudEvent = z.output<typeof event>;
const events = z
  .array(event, { error: 'it must be a list of events' })
  .max(maxAlertsPerRequest, `it must have at most ${maxAlertsPerRequest} events`);

export const cloudevents = defineSource<CloudEvent[]>({
  ...jsonWithToken,
  name,
  title: 'CloudEvents',
  contentTypes: [structured, batch, 'application/json'],
  deliveryId: (request) => {
    // The events of a batch are told apart by their findings and times.
    if (contentTypeOf(request) === batch) return undefined;
    const [one] = parse(request);
    return one && cleanIdentity(JSON.stringify([one.source, one.id]), deliveryIdLength);
  },
  parse,
  normalise: (all, receivedAtMs) => all.map((one, index) => alertOf(one, index, all.length === 1, receivedAtMs)),
  handshake: (request, credentials) => {
    const origin = request.headers['webhook-request-origin'] ?? '';
    // To whom the credential was given, so that nobody else can aim an event source at this address.
    if (!/^[\w.-]{1,253}(:\d{1,5})?$/.test(origin) || !verifyToken(request, credentials).ok) return {};
    return { 'WebHook-Allowed-Origin': origin, 'WebHook-Allowed-Rate': '*' };
  },
  snippet: (url, credential) => `# Send the header Authorization: Bearer ${credential}
# or, where a sender can be given an address alone, append the credential: ${url}/${credential}
curl -sS '${url}' -H 'authorization: Bearer ${credential}' -H 'content-type: application/json' \\
  -H 'ce-specversion: 1.0' -H "ce-id: $(date +%s%N)" -H 'ce-source: /shop/checkout' -H 'ce-type: com.example.service.down' \\
  -d '{"title":"Checkout is down","status":"firing","severity":"critical","labels":{"kind":"service_down","service":"checkout"}}'
`,
  samples: samplesOf(sampleBody),
  sign: (_body, credential) => ({ 'content-type': structured, authorization: `Bearer ${credential}` }),
});

const contentTypeOf = ({ headers }: SourceRequest): string =>
  (headers['content-type'] ?? '').toLowerCase().split(';')[0]?.trim() ?? '';

function parse(request: SourceRequest): CloudEvent[] {
  switch (contentTypeOf(request)) {
    case batch:
      return checked(readJson(request.body), events);
    case structured:
      return [checked(readJson(request.body), event)];
    default:
      return [checked({ ...attributesOf(request), data: readJson(request.body) }, event)];
  }
}

/** Of the binary mode: headers `ce-…`, percent-encoded. */
function attributesOf({ headers }: SourceRequest): Record<string, string> {
  const found = Object.entries(headers).flatMap(([header, value]): [string, string][] =>
    header.startsWith('ce-') && value !== undefined ? [[header.slice(3), decoded(value)]] : [],
  );
  return Object.fromEntries(found);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function alertOf(one: CloudEvent, index: number, isAlone: boolean, receivedAtMs: number): Alert {
  const { source, type, subject, specversion: _version, data: given, id, time: _time, ...extensions } = one;
  const data = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {};
  const texts = flatTexts(data);
  const text = (...names: string[]) => names.map((one) => texts.get(one)?.[0]).find((found) => found !== undefined);
  const labels = 'labels' in data && typeof data.labels === 'object' ? labelsFrom({ ...data.labels }) : {};
  const isOver = /^(resolved|ok|closed|recovered|inactive)$/i.test(text('status', 'state') ?? lastWordOf(type));
  // Events of one finding differ in their type's last word at most.
  const finding = text('fingerprint') ?? JSON.stringify([source, subject ?? null, subject ? null : stemOf(type)]);
  return boundedAlert(
    {
      source: name,
      fingerprint: finding,
      status: isOver ? 'resolved' : 'firing',
      title: text('title', 'summary', 'message', 'name') ?? `${type} of ${subject || source}`,
      description: text('description') ?? (typeof given === 'string' ? given : undefined),
      severity: severityOfWord(text('severity', 'priority', 'level') ?? String(extensions.severity ?? '')),
      // The start of what ends is not told; of what begins, it is the time of the event unless it says more.
      startsAt: readTime(
        text('startsAt') ?? (isOver ? undefined : one.time),
        placeOf(isAlone ? ['time'] : [index, 'time']),
      ),
      endsAt: isOver ? readTime(one.time, placeOf(isAlone ? ['time'] : [index, 'time'])) : undefined,
      labels: { ...labelsFrom({ ...extensions, ...data }), ...labels, ...labelsFrom({ source, type, subject }) },
      annotations: { id },
      groupKey: text('groupKey') ?? finding,
      links: [{ title: 'Event', url: text('url', 'link') }],
    },
    receivedAtMs,
  );
}

const lastWordOf = (type: string): string => type.slice(type.lastIndexOf('.') + 1);
const stemOf = (type: string): string => type.replace(/\.(firing|resolved|ok|opened|closed|recovered|inactive)$/i, '');

function sampleBody({ alertname, labels, summary, description, status, startsAt, endsAt, fingerprint }: SampleAlert) {
  const { severity, ...others } = labels;
  return {
    specversion: '1.0',
    id: `${alertname}-${status}-${startsAt}`,
    source: '/shop/monitoring',
    type: `com.example.alert.${status}`,
    subject: `${labels.service}/${alertname}`,
    time: status === 'resolved' ? endsAt : startsAt,
    datacontenttype: 'application/json',
    data: { fingerprint, title: summary, description, status, severity, startsAt, labels: others },
  };
}
