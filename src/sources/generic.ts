// Firebreak's own small format, for whatever can post JSON; docs/sources.md shows it. Signed by Standard Webhooks.

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Alert, type Entity, entityKinds } from '../core/alert.ts';
import { derivedId } from '../core/ids.ts';
import { severities } from '../core/severity.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { entityOf } from './lib/entities.ts';
import { checked, maxAlertsPerRequest, placeOf, readJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { severityOfWord } from './lib/severity-words.ts';
import { secretPrefix, signStandardWebhook, verifyStandardWebhook } from './lib/standard-webhooks.ts';
import { cleanIdentity } from './lib/text.ts';
import { readTime } from './lib/times.ts';
import { defineSource, MalformedAlert, type SourceRequest } from './source.ts';

const name = 'generic';
const deliveryIdLength = 256;

const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'it must be a text, a number or a boolean' });
const texts = z
  .record(z.string(), scalar)
  .nullish()
  .transform((given) => Object.fromEntries(Object.entries(given ?? {}).map(([key, value]) => [key, String(value)])));
const optionalText = z.string().nullish();

const genericAlert = z.looseObject({
  fingerprint: optionalText,
  status: z.enum(['firing', 'resolved'], { error: 'it must be "firing" or "resolved"' }),
  title: z.string().refine((title) => title.trim() !== '', 'it must not be empty'),
  description: optionalText,
  severity: optionalText,
  startsAt: optionalText,
  endsAt: optionalText,
  labels: texts,
  annotations: texts,
  entities: z.array(z.looseObject({ kind: z.string(), value: z.string() })).nullish(),
  groupKey: optionalText,
  links: z.array(z.looseObject({ title: z.string(), url: z.string() })).nullish(),
});
type GenericAlert = z.output<typeof genericAlert>;

const many = z.looseObject({
  alerts: z.array(genericAlert).max(maxAlertsPerRequest, `it must have at most ${maxAlertsPerRequest} alerts`),
});
interface Payload {
  alerts: GenericAlert[];
  /** The body is one alert itself. */
  isSingle: boolean;
}

export const generic = defineSource<Payload>({
  name,
  title: 'Generic JSON',
  authentication: 'standard-webhooks',
  contentTypes: ['application/json'],
  newCredential: () => `${secretPrefix}${randomBytes(32).toString('base64')}`,
  verify: verifyStandardWebhook,
  deliveryId: ({ headers }) => cleanIdentity(headers['webhook-id'] ?? '', deliveryIdLength) || undefined,
  parse,
  normalise: ({ alerts, isSingle }, receivedAtMs) =>
    alerts.map((alert, index) => {
      const path = isSingle ? [] : ['alerts', index];
      return normaliseOne(alert, (...rest) => placeOf([...path, ...rest]), receivedAtMs);
    }),
  snippet: (url, credential) => `# Any Standard Webhooks library signs this; by hand, with openssl:
body='{"status":"firing","title":"Checkout is down","severity":"critical","labels":{"kind":"service_down","service":"checkout"}}'
id="msg_$(openssl rand -hex 12)"; ts="$(date +%s)"
key="$(printf %s '${credential.slice(secretPrefix.length)}' | base64 -d | od -An -v -tx1 | tr -d ' \\n')"
sig="$(printf %s "$id.$ts.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)"
curl -sS '${url}' -H 'content-type: application/json' \\
  -H "webhook-id: $id" -H "webhook-timestamp: $ts" -H "webhook-signature: v1,$sig" -d "$body"
`,
  samples: samplesOf(sampleBody),
  sign: signStandardWebhook,
});

function parse({ body }: SourceRequest): Payload {
  const json = readJson(body);
  // Chosen first, so that what is wrong is told of the form that was meant.
  const isSingle = !(typeof json === 'object' && json !== null && 'alerts' in json);
  return { alerts: isSingle ? [checked(json, genericAlert)] : checked(json, many).alerts, isSingle };
}

type Place = (...rest: (string | number)[]) => string;

function normaliseOne(alert: GenericAlert, place: Place, receivedAtMs: number): Alert {
  const entities = (alert.entities ?? []).map((entity, index) =>
    readEntity(entity, (...rest) => place('entities', index, ...rest)),
  );
  const fingerprint = alert.fingerprint || fingerprintOf(alert);
  return boundedAlert(
    {
      source: name,
      fingerprint,
      status: alert.status,
      title: alert.title,
      description: alert.description ?? undefined,
      severity: readSeverity(alert.severity, place),
      startsAt: readTime(alert.startsAt, place('startsAt')),
      endsAt: readTime(alert.endsAt, place('endsAt')),
      labels: alert.labels,
      annotations: alert.annotations,
      entities,
      // An alert of no group is a group of its own.
      groupKey: alert.groupKey ? `group:${alert.groupKey}` : `alert:${fingerprint}`,
      links: alert.links ?? [],
    },
    receivedAtMs,
  );
}

/** The same finding says the same of itself, whether it fires or is resolved; numbers in descriptions change. */
function fingerprintOf({ title, labels, entities }: GenericAlert): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return derivedId(24, 'generic', JSON.stringify([title, sorted, entities ?? []]));
}

function readSeverity(word: string | null | undefined, place: Place) {
  if (word === undefined || word === null || word === '') return undefined;
  const severity = severityOfWord(word);
  if (severity) return severity;
  throw new MalformedAlert(place('severity'), `found ${quote(word)}; it must be one of ${severities.join(', ')}`);
}

function readEntity({ kind, value }: { kind: string; value: string }, place: Place): Entity {
  const known = entityKinds.find((one) => one === kind);
  if (!known) {
    throw new MalformedAlert(place('kind'), `found ${quote(kind)}; it must be one of ${entityKinds.join(', ')}`);
  }
  const entity = entityOf(known, value);
  if (entity) return entity;
  throw new MalformedAlert(place('value'), `found ${quote(value)}; it must be a value of kind ${kind}`);
}

const quote = (text: string): string => JSON.stringify(text.slice(0, 60));

function sampleBody({ alertname, labels, summary, description, status, startsAt, endsAt, fingerprint }: SampleAlert) {
  const { severity, ...others } = labels;
  return {
    alerts: [
      {
        fingerprint,
        status,
        title: summary,
        description,
        severity,
        startsAt,
        endsAt,
        labels: { alertname, ...others },
        groupKey: `${alertname}/${labels.service}`,
        links: [{ title: 'Dashboard', url: 'http://dashboards.example/checkout' }],
      },
    ],
  };
}
