// PagerDuty's Events API v2, from the receiving side: whatever sends to PagerDuty can send here, with this source's
// credential as its routing key (developer.pagerduty.com, "Send an alert event"). One dedup_key is one finding: a trigger
// while it fires is a repeat, one after its resolve opens anew, and a resolve of what is not open changes nothing.

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Alert, alertBounds } from '../core/alert.ts';
import { canonicalJson, type Json } from '../core/canonical.ts';
import { derivedId } from '../core/ids.ts';
import { matchesAny, passed, refused, wrongCredential } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { entitiesFrom, labelsFrom } from './lib/flat.ts';
import { parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { severityOfWord } from './lib/severity-words.ts';
import { cleanIdentity } from './lib/text.ts';
import { readTime } from './lib/times.ts';
import { defineSource, type SourceRequest, type Verdict } from './source.ts';

const name = 'pagerduty';
const enqueuePath = '/v2/enqueue';

const text = z.string().nullish();
const payload = z.looseObject({
  summary: z.string().min(1, 'it must not be empty'),
  source: z.string().min(1, 'it must not be empty'),
  severity: z.enum(['critical', 'error', 'warning', 'info'], {
    error: 'it must be critical, error, warning or info',
  }),
  timestamp: text,
  component: text,
  group: text,
  class: text,
  custom_details: z.unknown().optional(),
});
const links = z
  .array(z.looseObject({ href: z.string(), text }))
  .max(1_000)
  .nullish();
const common = { dedup_key: text, client: text, client_url: text, links };
const known = { dedup_key: z.string({ error: 'it must name the alert that was triggered' }).min(1) };
const event = z.discriminatedUnion(
  'event_action',
  [
    z.looseObject({ ...common, event_action: z.literal('trigger'), payload }),
    z.looseObject({ ...common, ...known, event_action: z.literal('resolve') }),
    z.looseObject({ ...common, ...known, event_action: z.literal('acknowledge') }),
  ],
  { error: 'it must be an event with the event_action trigger, acknowledge or resolve' },
);
type Event = z.output<typeof event>;

export const pagerduty = defineSource<Event>({
  name,
  title: 'PagerDuty Events API v2',
  aliases: [enqueuePath],
  authentication: 'body',
  contentTypes: ['application/json', 'application/vnd.pagerduty+json'],
  // As long as PagerDuty's own, which some tools check.
  newCredential: () => randomBytes(16).toString('hex'),
  verify,
  parse: ({ body }) => parseJson(body, event),
  normalise: (sent, receivedAtMs) => (sent.event_action === 'acknowledge' ? [] : [alertOf(sent, receivedAtMs)]),
  acknowledges: (sent) =>
    sent.event_action === 'acknowledge' ? [cleanIdentity(sent.dedup_key, alertBounds.fingerprintLength)] : [],
  answer: (sent) => ({ status: 'success', message: 'Event processed', dedup_key: dedupKeyOf(sent) }),
  snippet: (
    url,
    credential,
  ) => `# In any PagerDuty integration: this address in place of https://events.pagerduty.com${enqueuePath},
# and this routing key. By hand:
curl -sS '${enqueueUrl(url)}' -H 'content-type: application/json' -d '{
  "routing_key": "${credential}", "event_action": "trigger", "dedup_key": "checkout/web-1",
  "payload": { "summary": "Checkout is down", "source": "web-1", "severity": "critical", "component": "checkout" }
}'
# ${url} is the same.
`,
  samples: samplesOf(sampleBody),
  seal: (body, credential) => body.replace(/^\s*\{/, `{"routing_key":${JSON.stringify(credential)},`),
  sign: () => ({ 'content-type': 'application/json' }),
});

const enqueueUrl = (url: string): string => url.replace(/\/alerts\/pagerduty$/, enqueuePath);

const keyed = z.looseObject({ routing_key: z.string() });

function verify({ body }: SourceRequest, credentials: readonly string[]): Verdict {
  const missing = refused('credential_missing', 'Send a JSON event with the credential of this source as routing_key');
  let key: string;
  try {
    key = parseJson(body, keyed).routing_key;
  } catch {
    return missing;
  }
  // Literally in the body, so that it can be taken out of what is stored.
  if (!body.includes(key)) return missing;
  return matchesAny(key, credentials) ? passed : wrongCredential;
}

/** Where the sender gives none, the same event has the same. */
function dedupKeyOf(sent: Event): string {
  if (sent.dedup_key) return sent.dedup_key;
  if (sent.event_action !== 'trigger') return '';
  const { timestamp: _timestamp, ...identity } = sent.payload;
  return derivedId(32, 'pagerduty', canonicalJson(JSON.parse(JSON.stringify(identity)) as Json));
}

function alertOf(sent: Event, receivedAtMs: number): Alert {
  const key = dedupKeyOf(sent);
  const found = sent.event_action === 'trigger' ? sent.payload : undefined;
  const details = (found?.custom_details ?? {}) as Record<string, unknown>;
  return boundedAlert(
    {
      source: name,
      fingerprint: key,
      status: found ? 'firing' : 'resolved',
      title: found?.summary ?? `Resolved: ${key}`,
      description: typeof found?.custom_details === 'string' ? found.custom_details : undefined,
      severity: found && severityOfWord(found.severity),
      // PagerDuty's timestamp is that of the event, another one with each repeat.
      startsAt: undefined,
      labels: {
        ...labelsFrom(typeof details === 'object' ? details : {}),
        ...labelsFrom({ source: found?.source, component: found?.component, group: found?.group, class: found?.class }),
      },
      annotations: labelsFrom({
        client: sent.client,
        timestamp: found && readTime(found.timestamp, 'payload.timestamp'),
      }),
      entities: entitiesFrom({ host: [/^[\w.-]+(:\d+)?$/.test(found?.source ?? '') ? found?.source : undefined] }),
      groupKey: `alert:${key}`,
      links: [
        ...(sent.links ?? []).map(({ href, text: title }) => ({ title: title || 'Link', url: href })),
        { title: sent.client || 'Client', url: sent.client_url ?? undefined },
      ],
    },
    receivedAtMs,
  );
}

function sampleBody({ alertname, labels, summary, description, status, startsAt, fingerprint }: SampleAlert) {
  const { severity, service, host, instance, ...details } = labels;
  const dedup_key = `${alertname}/${fingerprint}`;
  if (status === 'resolved') return { event_action: 'resolve', dedup_key };
  return {
    event_action: 'trigger',
    dedup_key,
    client: 'Shop monitoring',
    client_url: 'https://monitoring.example/checkout',
    links: [{ href: 'https://runbooks.example/checkout', text: 'Runbook' }],
    payload: {
      summary,
      source: host ?? instance ?? service,
      severity,
      timestamp: startsAt,
      component: service,
      class: alertname,
      custom_details: { ...details, service, description },
    },
  };
}
