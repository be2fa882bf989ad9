// Prometheus Alertmanager's webhook, version 4. Unsigned, so it proves itself by a bearer token or by basic auth.
// It repeats only what got a 5xx: whatever else is answered, the notification is gone.

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { verifyAuthorization } from './lib/authentication.ts';
import { parseJson } from './lib/json.ts';
import { alertsOf, notificationAlert, notificationOf } from './lib/notification.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { defineSource } from './source.ts';

const name = 'alertmanager';
const payload = notificationOf(notificationAlert).extend({
  version: z.literal('4', { error: 'it must be "4"; what Grafana sends goes to /alerts/grafana' }),
});

export const alertmanager = defineSource<z.output<typeof payload>>({
  name,
  title: 'Prometheus Alertmanager',
  authentication: 'bearer',
  contentTypes: ['application/json'],
  newCredential: () => randomBytes(32).toString('base64url'),
  verify: verifyAuthorization,
  parse: ({ body }) => parseJson(body, payload),
  // Nothing is made of truncatedAlerts: an alert that is absent is not resolved.
  normalise: (group, receivedAtMs) =>
    alertsOf(name, group, receivedAtMs, (alert) => [{ title: 'Source', url: alert.generatorURL ?? undefined }]),
  snippet: (url, credential) => `# alertmanager.yml
route:
  receiver: firebreak
receivers:
  - name: firebreak
    webhook_configs:
      - url: ${url}
        send_resolved: true
        http_config:
          authorization:
            type: Bearer
            credentials: ${credential}
`,
  samples: samplesOf(sampleBody),
  sign: (_body, credential) => ({ 'content-type': 'application/json', authorization: `Bearer ${credential}` }),
});

function sampleBody({ alertname, labels, summary, description, status, startsAt, endsAt, fingerprint }: SampleAlert) {
  const all = { alertname, ...labels };
  const annotations = { summary, description };
  return {
    receiver: 'firebreak',
    status,
    alerts: [
      {
        status,
        labels: all,
        annotations,
        startsAt,
        endsAt,
        generatorURL: 'http://prometheus.example/graph',
        fingerprint,
      },
    ],
    groupLabels: { alertname, service: labels.service },
    commonLabels: all,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.example',
    version: '4',
    groupKey: `{}:{alertname="${alertname}", service="${labels.service}"}`,
    truncatedAlerts: 0,
  };
}
