// Grafana Alerting's webhook contact point, signed with its HMAC option: bare hex of HMAC-SHA256 over the body, or over
// `<Unix seconds>:<body>` where the contact point names a timestamp header (grafana/alerting, http/hmac.go).

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  anySignatureMatches,
  hmacSha256,
  passed,
  refused,
  verifyTimestamp,
  wrongSignature,
} from './lib/authentication.ts';
import { parseJson } from './lib/json.ts';
import { alertsOf, notificationAlert, notificationOf } from './lib/notification.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { defineSource, type SourceRequest, type Verdict } from './source.ts';

const name = 'grafana';
const signatureHeader = 'X-Grafana-Alerting-Signature';
const timestampHeader = 'X-Grafana-Alerting-Timestamp';

const link = z.string().nullish();
const grafanaAlert = notificationAlert.extend({ dashboardURL: link, panelURL: link, silenceURL: link });
const payload = notificationOf(grafanaAlert).extend({
  version: z.literal('1', { error: 'it must be "1"; what Alertmanager sends goes to /alerts/alertmanager' }).nullish(),
});

export const grafana = defineSource<z.output<typeof payload>>({
  name,
  title: 'Grafana Alerting',
  authentication: 'hmac',
  contentTypes: ['application/json'],
  newCredential: () => randomBytes(32).toString('base64url'),
  verify,
  parse: ({ body }) => parseJson(body, payload),
  normalise: (group, receivedAtMs) =>
    alertsOf(name, group, receivedAtMs, (alert) => [
      { title: 'Panel', url: alert.panelURL ?? undefined },
      { title: 'Dashboard', url: alert.dashboardURL ?? undefined },
      { title: 'Rule', url: alert.generatorURL ?? undefined },
      { title: 'Silence', url: alert.silenceURL ?? undefined },
    ]),
  snippet: (url, credential) => `# provisioning/alerting/firebreak.yaml (Grafana 12 or newer)
apiVersion: 1
contactPoints:
  - orgId: 1
    name: firebreak
    receivers:
      - uid: firebreak
        type: webhook
        disableResolveMessage: false
        settings:
          url: ${url}
          httpMethod: POST
          hmacConfig:
            secret: ${credential}
            header: ${signatureHeader}
            timestampHeader: ${timestampHeader}
`,
  samples: samplesOf(sampleBody),
  sign: (body, credential, nowMs) => {
    const seconds = String(Math.floor(nowMs / 1_000));
    return {
      'content-type': 'application/json',
      [timestampHeader.toLowerCase()]: seconds,
      [signatureHeader.toLowerCase()]: hmacSha256(credential, seconds, ':', body).toString('hex'),
    };
  },
});

function verify({ headers, body, receivedAtMs }: SourceRequest, credentials: readonly string[]): Verdict {
  const signature = headers[signatureHeader.toLowerCase()] ?? '';
  const seconds = headers[timestampHeader.toLowerCase()];
  if (!/^[0-9a-f]{64}$/i.test(signature)) {
    return refused('signature_missing', `Send the HMAC-SHA256 of the body in ${signatureHeader}, as 64 hex digits`);
  }
  const signed = seconds === undefined ? [body] : [seconds, ':', body];
  const expected = credentials.map((credential) => hmacSha256(credential, ...signed));
  if (!anySignatureMatches([Buffer.from(signature, 'hex')], expected)) return wrongSignature;
  // Without a timestamp header a replay is possible, and harmless: what it tells is known already.
  return seconds === undefined ? passed : verifyTimestamp(seconds, receivedAtMs);
}

function sampleBody({ alertname, labels, summary, description, status, startsAt, endsAt, fingerprint }: SampleAlert) {
  const all = { alertname, grafana_folder: 'Shop', ...labels };
  const annotations = { summary, description };
  const base = 'http://grafana.example';
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
        generatorURL: `${base}/alerting/grafana/checkout/view?orgId=1`,
        fingerprint,
        silenceURL: `${base}/alerting/silence/new?alertmanager=grafana`,
        dashboardURL: `${base}/d/checkout?orgId=1`,
        panelURL: `${base}/d/checkout?orgId=1&viewPanel=2`,
        values: { A: 412 },
        valueString: `[ var='A' labels={} value=412 ]`,
      },
    ],
    groupLabels: { alertname, grafana_folder: 'Shop' },
    commonLabels: all,
    commonAnnotations: annotations,
    externalURL: `${base}/`,
    version: '1',
    groupKey: `{}:{alertname="${alertname}", grafana_folder="Shop"}`,
    truncatedAlerts: 0,
    orgId: 1,
    title: `[${status.toUpperCase()}:1] ${alertname} Shop`,
    state: status === 'firing' ? 'alerting' : 'ok',
    message: summary,
  };
}
