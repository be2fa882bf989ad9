// Elastic's webhook connector, for rules of Observability and Security. Its body is a Mustache template of the customer's
// own; this reads the one that the snippet gives (elastic.co/docs, rule action variables): the finding is rule and alert.

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import { jsonWithToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { entitiesAt, flatTexts, labelsFrom } from './lib/flat.ts';
import { parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { severityOfWord } from './lib/severity-words.ts';
import { readTime } from './lib/times.ts';
import { defineSource } from './source.ts';

const name = 'elastic';

const text = z.union([z.string(), z.number()]).nullish();
const payload = z.looseObject({
  rule: z.looseObject({
    id: z.string({ error: 'it must be {{rule.id}}' }).min(1, 'it must be {{rule.id}}'),
    name: text,
    url: text,
    tags: text,
  }),
  alert: z.looseObject({
    id: z.string({ error: 'it must be {{alert.id}}' }).min(1, 'it must be {{alert.id}}'),
    status: z.enum(['firing', 'recovered'], { error: 'it must be "firing", or "recovered" in the recovery action' }),
  }),
  date: text,
  reason: text,
  severity: text,
  url: text,
  labels: z.record(z.string(), z.unknown()).nullish(),
  event: z.unknown().optional(),
});
type Payload = z.output<typeof payload>;

const template = (status: string): string => `{
  "rule": { "id": "{{rule.id}}", "name": "{{rule.name}}", "url": "{{rule.url}}", "tags": "{{rule.tags}}" },
  "alert": { "id": "{{alert.id}}", "status": "${status}" },
  "date": "{{date}}", "reason": "{{context.reason}}", "url": "{{context.alertDetailsUrl}}",
  "severity": "critical", "labels": { "kind": "service_down", "service": "checkout" }
}`;

export const elastic = defineSource<Payload>({
  ...jsonWithToken,
  name,
  title: 'Elastic',
  parse: ({ body }) => parseJson(body, payload),
  normalise: (sent, receivedAtMs) => [alertOf(sent, receivedAtMs)],
  snippet: (url, credential) => `# Stack Management > Connectors > Webhook
URL: ${url}    Method: POST    Authentication: none
Headers: Content-Type: application/json, Authorization: Bearer ${credential}
# Action of the rule, for each alert, on status changes:
${template('firing')}
# Its recovery action: the same with "status": "recovered".
# In Security rules, "event": {{{context.alerts.0}}} adds what the event says by ECS.
`,
  samples: samplesOf(sampleBody),
});

/** Elastic Common Schema. */
const places = {
  ip: ['source.ip', 'client.ip'],
  host: ['host.name', 'host.hostname', 'observer.name'],
  user: ['user.name', 'source.user.name'],
  service: ['service.name'],
  process: ['process.name', 'process.executable'],
  hash: ['file.hash.sha256', 'file.hash.sha1', 'file.hash.md5', 'process.hash.sha256'],
  url: ['url.full', 'url.original'],
  resource: ['cloud.instance.id', 'container.id', 'kubernetes.pod.name', 'orchestrator.resource.name'],
} as const;

function alertOf(sent: Payload, receivedAtMs: number): Alert {
  const { rule, alert } = sent;
  const isOver = alert.status === 'recovered';
  const fingerprint = JSON.stringify([rule.id, alert.id]);
  const at = readTime(sent.date == null ? undefined : String(sent.date), 'date');
  return boundedAlert(
    {
      source: name,
      fingerprint,
      status: isOver ? 'resolved' : 'firing',
      title: String(sent.reason || rule.name || alert.id),
      description: rule.name && sent.reason ? String(rule.name) : undefined,
      severity: severityOfWord(String(sent.severity ?? '')),
      // The date is that of this run of the rule.
      startsAt: undefined,
      endsAt: isOver ? at : undefined,
      labels: {
        ...labelsFrom(sent.labels ?? {}),
        ...labelsFrom({ rule: rule.name, alert: alert.id, tags: rule.tags }),
      },
      annotations: labelsFrom({ date: at }),
      entities: entitiesAt(flatTexts(sent.event, 1_000), places),
      groupKey: JSON.stringify([rule.id]),
      links: [
        { title: 'Alert', url: sent.url == null ? undefined : String(sent.url) },
        { title: 'Rule', url: rule.url == null ? undefined : String(rule.url) },
      ],
    },
    receivedAtMs,
  );
}

function sampleBody({ alertname, labels, summary, status, startsAt, endsAt, fingerprint }: SampleAlert) {
  const { severity, ...others } = labels;
  const event = {
    host: { name: labels.host ?? 'web-1' },
    service: { name: labels.service },
    ...(labels.source_ip && { source: { ip: labels.source_ip } }),
  };
  return {
    rule: { id: fingerprint, name: alertname, url: 'https://kibana.example/app/rules/1', tags: 'shop' },
    alert: { id: labels.host ?? 'web-1', status: status === 'firing' ? 'firing' : 'recovered' },
    date: status === 'firing' ? startsAt : endsAt,
    reason: summary,
    severity,
    labels: others,
    url: 'https://kibana.example/app/observability/alerts/1',
    event,
  };
}
