// Prometheus itself, which sends to Firebreak as if to an Alertmanager: POST /api/v2/alerts, a list of alerts without
// fingerprints and groups (Alertmanager's api/v2/openapi.yaml, postableAlerts). Prometheus repeats what fires about every
// minute and gives each an end in the future; an end that is past says that it is over.

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import { derivedId } from '../core/ids.ts';
import { jsonWithToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { maxAlertsPerRequest, parseJson, placeOf } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { readTime } from './lib/times.ts';
import { defineSource } from './source.ts';

const name = 'prometheus';

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((given) => given ?? {});
const text = z.string().nullish();
const postableAlert = z.looseObject({
  labels: texts.refine((labels) => Object.keys(labels).length > 0, 'it must have at least one label'),
  annotations: texts,
  startsAt: text,
  endsAt: text,
  generatorURL: text,
});
type PostableAlert = z.output<typeof postableAlert>;
const payload = z
  .array(postableAlert, { error: 'it must be a list of alerts' })
  .max(maxAlertsPerRequest, `it must have at most ${maxAlertsPerRequest} alerts`);

export const prometheus = defineSource<PostableAlert[]>({
  ...jsonWithToken,
  name,
  title: 'Prometheus, without an Alertmanager',
  parse: ({ body }) => parseJson(body, payload),
  normalise: (alerts, receivedAtMs) => alerts.map((alert, index) => alertOf(alert, index, receivedAtMs)),
  snippet: (url, credential) => {
    const { protocol, host, pathname } = new URL(url);
    return `# prometheus.yml: Prometheus sends to ${url}/api/v2/alerts
alerting:
  alertmanagers:
    - scheme: ${protocol.slice(0, -1)}
      path_prefix: ${pathname}
      authorization:
        type: Bearer
        credentials: ${credential}
      static_configs:
        - targets: ['${host}']
`;
  },
  samples: samplesOf(sampleBody),
});

function alertOf(alert: PostableAlert, index: number, receivedAtMs: number): Alert {
  const { labels, annotations } = alert;
  const place = (field: string) => placeOf([index, field]);
  const endsAt = readTime(alert.endsAt, place('endsAt'));
  const isOver = endsAt !== undefined && Date.parse(endsAt) <= receivedAtMs;
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return boundedAlert(
    {
      source: name,
      fingerprint: derivedId(24, name, JSON.stringify(sorted)),
      status: isOver ? 'resolved' : 'firing',
      title: annotations.summary || annotations.title || labels.alertname || 'Prometheus alert',
      description: annotations.description || annotations.message,
      startsAt: readTime(alert.startsAt, place('startsAt')),
      endsAt,
      labels,
      annotations,
      groupKey: JSON.stringify(groupLabels.map((label) => labels[label] ?? null)),
      links: [
        { title: 'Runbook', url: annotations.runbook_url },
        { title: 'Source', url: alert.generatorURL ?? undefined },
      ],
    },
    receivedAtMs,
  );
}

/** No route of an Alertmanager groups them: one incident is one rule of one service at one place. */
const groupLabels = ['alertname', 'service', 'job', 'cluster', 'namespace', 'environment'];

function sampleBody({ alertname, labels, summary, description, startsAt, status, endsAt }: SampleAlert) {
  const expiresAt = new Date(Date.parse(startsAt) + 3_600_000).toISOString();
  return [
    {
      labels: { alertname, ...labels },
      annotations: { summary, description },
      startsAt,
      endsAt: status === 'resolved' ? endsAt : expiresAt,
      generatorURL: 'http://prometheus.example/graph?g0.expr=up&g0.tab=1',
    },
  ];
}
