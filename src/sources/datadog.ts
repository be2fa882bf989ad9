// Datadog's webhook integration. Its body is a template of the customer's own; this reads the one that the snippet gives
// (docs.datadoghq.com, Webhooks, variables). One alert cycle, from trigger to recovery, is one finding. Datadog sends
// again only after a 5xx.

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import { jsonWithToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { labelsFrom } from './lib/flat.ts';
import { parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { severityOfWord } from './lib/severity-words.ts';
import { timeOfEpoch } from './lib/times.ts';
import { defineSource } from './source.ts';

const name = 'datadog';

const text = z.union([z.string(), z.number()]).nullish();
const payload = z.looseObject({
  cycle: z.string({ error: 'it must be $ALERT_CYCLE_KEY' }).min(1, 'it must be $ALERT_CYCLE_KEY'),
  transition: z.string({ error: 'it must be $ALERT_TRANSITION' }).min(1, 'it must be $ALERT_TRANSITION'),
  title: z.string({ error: 'it must be $EVENT_TITLE' }).min(1, 'it must be $EVENT_TITLE'),
  message: text,
  monitor: text,
  scope: text,
  metric: text,
  date: text,
  priority: text,
  severity: text,
  hostname: text,
  tags: text,
  link: text,
  organization: text,
});
type Payload = z.output<typeof payload>;

const template = {
  cycle: '$ALERT_CYCLE_KEY',
  transition: '$ALERT_TRANSITION',
  title: '$EVENT_TITLE',
  message: '$TEXT_ONLY_MSG',
  monitor: '$ALERT_ID',
  scope: '$ALERT_SCOPE',
  metric: '$ALERT_METRIC',
  date: '$DATE',
  priority: '$ALERT_PRIORITY',
  severity: '$ALERT_TYPE',
  hostname: '$HOSTNAME',
  tags: '$TAGS',
  link: '$LINK',
  organization: '$ORG_NAME',
};

export const datadog = defineSource<Payload>({
  ...jsonWithToken,
  name,
  title: 'Datadog',
  parse: ({ body }) => parseJson(body, payload),
  normalise: (sent, receivedAtMs) => [alertOf(sent, receivedAtMs)],
  snippet: (url, credential) => `# Integrations > Webhooks > New; then notify @webhook-firebreak in monitors
Name: firebreak
URL: ${url}
Payload:
${JSON.stringify(template, null, 2)}
Custom headers:
{ "Authorization": "Bearer ${credential}" }
`,
  samples: samplesOf(sampleBody),
});

function alertOf(sent: Payload, receivedAtMs: number): Alert {
  const labels = {
    ...labelsOfTags(String(sent.tags ?? '')),
    ...labelsFrom({ monitor: sent.monitor, scope: sent.scope, metric: sent.metric, host: sent.hostname }),
  };
  const isOver = /^recovered$/i.test(sent.transition.trim());
  return boundedAlert(
    {
      source: name,
      fingerprint: sent.cycle,
      status: isOver ? 'resolved' : 'firing',
      title: sent.title.replace(/^\[[^\]]{1,40}\]\s*/, ''),
      description: sent.message == null ? undefined : String(sent.message),
      severity: severityOfWord(String(sent.priority ?? '')) ?? severityOfWord(String(sent.severity ?? '')),
      // The date is that of the message, not of the first one of the cycle.
      startsAt: undefined,
      endsAt: isOver ? timeOfEpoch(sent.date) : undefined,
      labels,
      annotations: labelsFrom({ transition: sent.transition, organization: sent.organization }),
      groupKey: JSON.stringify([String(sent.monitor ?? sent.cycle), String(sent.scope ?? '')]),
      links: [{ title: 'Datadog', url: typeof sent.link === 'string' ? sent.link : undefined }],
    },
    receivedAtMs,
  );
}

/** `env:prod,service:checkout`; what has no colon is a label without value. */
function labelsOfTags(tags: string): Record<string, string> {
  const pairs = tags.split(',').flatMap((tag): [string, string][] => {
    const [, key = '', value = ''] = /^\s*([^:]+)(?::(.*))?$/s.exec(tag) ?? [];
    return key.trim() === '' ? [] : [[key.trim(), value.trim()]];
  });
  return Object.fromEntries(pairs);
}

function sampleBody({ alertname, labels, summary, description, status, startsAt, endsAt, fingerprint }: SampleAlert) {
  const { severity, ...tags } = labels;
  return {
    cycle: `${fingerprint}${Date.parse(startsAt)}`,
    transition: status === 'firing' ? 'Triggered' : 'Recovered',
    title: `[${status === 'firing' ? 'Triggered' : 'Recovered'}] ${summary}`,
    message: description,
    monitor: alertname,
    scope: `service:${labels.service}`,
    metric: 'shop.errors',
    date: String(Date.parse(status === 'firing' ? startsAt : endsAt)),
    priority: severity === 'critical' ? 'P1' : 'P3',
    severity: 'error',
    hostname: labels.host ?? '',
    tags: Object.entries(tags)
      .map(([key, value]) => `${key}:${value}`)
      .join(','),
    link: 'https://app.datadoghq.example/event/event?id=1',
    organization: 'Shop',
  };
}
