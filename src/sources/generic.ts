// Firebreak's own small format, for whatever can post JSON; docs/sources.md shows it. Signed by Standard Webhooks.

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { boundedAlert } from './lib/bounded-alert.ts';
import { foundIn, type GenericAlert, genericAlert } from './lib/generic-alert.ts';
import { checked, maxAlertsPerRequest, placeOf, readJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { secretPrefix, signStandardWebhook, verifyStandardWebhook } from './lib/standard-webhooks.ts';
import { cleanIdentity } from './lib/text.ts';
import { defineSource, type SourceRequest } from './source.ts';

const name = 'generic';
const deliveryIdLength = 256;

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
      const found = foundIn(alert, (...rest) => placeOf([...path, ...rest]));
      return boundedAlert({ ...found, source: name }, receivedAtMs);
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
