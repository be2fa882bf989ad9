// Sentry's integration platform: webhooks about issues, issue alerts and metric alerts, signed by the client secret of the
// internal integration: hex HMAC-SHA256 of the body (docs.sentry.io, Integration Platform, Webhooks). Other resources that
// were ticked, comments for example, are no alerts.

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import { anySignatureMatches, hmacSha256, newToken, passed, refused, wrongSignature } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { entitiesFrom, labelsFrom } from './lib/flat.ts';
import { parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { severityOfWord } from './lib/severity-words.ts';
import { readTime, timeOfEpoch } from './lib/times.ts';
import { defineSource, type SourceRequest, type Verdict } from './source.ts';

const name = 'sentry';
const signatureHeader = 'Sentry-Hook-Signature';

const text = z.string().nullish();
const id = z.union([z.string(), z.number()]).transform(String);
const project = z.union([z.looseObject({ slug: text }), z.string(), z.number()]).nullish();
const tags = z.array(z.union([z.tuple([z.string(), text]), z.looseObject({ key: text, value: text })])).nullish();
const issue = z.looseObject({
  id,
  shortId: text,
  title: text,
  culprit: text,
  level: text,
  status: text,
  project,
  firstSeen: text,
  permalink: text,
  web_url: text,
});
const event = z.looseObject({
  issue_id: id.nullish(),
  event_id: text,
  title: text,
  message: text,
  culprit: text,
  level: text,
  project,
  environment: text,
  datetime: text,
  timestamp: z.unknown().optional(),
  tags,
  web_url: text,
  user: z.looseObject({ ip_address: text, username: text, email: text }).nullish(),
  request: z.looseObject({ url: text }).nullish(),
});
const metricAlert = z.looseObject({
  id,
  date_started: text,
  date_closed: text,
  alert_rule: z.looseObject({ id: id.nullish(), name: text, environment: text }).nullish(),
  projects: z.array(z.string()).nullish(),
});
const payload = z.looseObject({
  action: z.string({ error: 'it must be what happened, such as created' }),
  data: z.looseObject({
    issue: issue.nullish(),
    event: event.nullish(),
    metric_alert: metricAlert.nullish(),
    triggered_rule: text,
    description_title: text,
    description_text: text,
    web_url: text,
  }),
});
type Payload = z.output<typeof payload>;

export const sentry = defineSource<Payload>({
  name,
  title: 'Sentry',
  authentication: 'hmac',
  contentTypes: ['application/json'],
  newCredential: newToken,
  verify,
  parse: ({ body }) => parseJson(body, payload),
  normalise: (sent, receivedAtMs) => {
    const alert = alertOf(sent, receivedAtMs);
    return alert ? [alert] : [];
  },
  snippet: (url, credential) => `# Settings > Developer Settings > New Internal Integration
Webhook URL: ${url}
Alert Rule Action: on    Webhooks: issue, and metric alerts in their own rules
# Sentry makes the client secret itself: put it in place of ${credential}
# in secrets/sources.json ("${name}") and restart the gateway.
`,
  samples: samplesOf(sampleBody),
  sign: (body, credential) => ({
    'content-type': 'application/json',
    [signatureHeader.toLowerCase()]: hmacSha256(credential, body).toString('hex'),
  }),
});

function verify({ headers, body }: SourceRequest, credentials: readonly string[]): Verdict {
  const signature = headers[signatureHeader.toLowerCase()] ?? '';
  if (!/^[0-9a-f]{64}$/i.test(signature)) {
    return refused('signature_missing', `Send the HMAC-SHA256 of the body in ${signatureHeader}, as 64 hex digits`);
  }
  const expected = credentials.map((credential) => hmacSha256(credential, body));
  return anySignatureMatches([Buffer.from(signature, 'hex')], expected) ? passed : wrongSignature;
}

function alertOf(sent: Payload, receivedAtMs: number): Alert | undefined {
  const { issue: about, event: happened, metric_alert: metric } = sent.data;
  if (metric) return ofMetric(sent, metric, receivedAtMs);
  if (happened) return ofEvent(sent, happened, receivedAtMs);
  return about ? ofIssue(sent, about, receivedAtMs) : undefined;
}

function ofMetric({ action, data }: Payload, metric: z.output<typeof metricAlert>, receivedAtMs: number): Alert {
  const isOver = action === 'resolved';
  const rule = metric.alert_rule?.name ?? undefined;
  return boundedAlert(
    {
      source: name,
      fingerprint: `metric/${metric.id}`,
      status: isOver ? 'resolved' : 'firing',
      title: data.description_title || rule || 'Metric alert',
      description: data.description_text ?? undefined,
      severity: severityOfWord(action),
      startsAt: readTime(metric.date_started, 'data.metric_alert.date_started'),
      endsAt: isOver ? readTime(metric.date_closed, 'data.metric_alert.date_closed') : undefined,
      labels: labelsFrom({ rule, environment: metric.alert_rule?.environment, project: metric.projects?.[0] }),
      entities: entitiesFrom({ service: metric.projects ?? [] }),
      groupKey: `rule/${metric.alert_rule?.id ?? metric.id}`,
      links: [{ title: 'Sentry', url: data.web_url ?? undefined }],
    },
    receivedAtMs,
  );
}

/** The finding is the issue, each event that a rule tells of an episode of it: events have no end. */
function ofEvent({ data }: Payload, one: z.output<typeof event>, receivedAtMs: number): Alert {
  const { user, request } = one;
  // Its tag `user` is `id:7` or `email:…`; who it was is in `user` itself.
  const pairs = (one.tags ?? []).map((tag) => (Array.isArray(tag) ? tag : [tag.key, tag.value]));
  const ofTags = Object.fromEntries(pairs.filter(([key]) => key !== 'user'));
  const issueId = one.issue_id ?? one.event_id ?? one.title ?? '';
  return boundedAlert(
    {
      source: name,
      fingerprint: `issue/${issueId}`,
      status: 'firing',
      title: one.title || one.message || 'Issue',
      description: one.message || one.culprit || undefined,
      severity: one.level ? severityOfWord(one.level) : undefined,
      startsAt: readTime(one.datetime, 'data.event.datetime') ?? timeOfEpoch(one.timestamp),
      labels: {
        ...labelsFrom(ofTags),
        ...labelsFrom({ environment: one.environment, culprit: one.culprit, rule: data.triggered_rule }),
      },
      annotations: labelsFrom({ event: one.event_id }),
      entities: entitiesFrom({
        ip: [user?.ip_address],
        user: [user?.username ?? user?.email],
        url: [request?.url],
        service: [slugOf(one.project)],
      }),
      groupKey: `issue/${issueId}`,
      links: [{ title: 'Sentry', url: one.web_url ?? undefined }],
    },
    receivedAtMs,
  );
}

const firingActions = ['created', 'unresolved'];
const overActions = ['resolved', 'archived', 'ignored'];

function ofIssue({ action }: Payload, about: z.output<typeof issue>, receivedAtMs: number): Alert | undefined {
  const isOver = overActions.includes(action);
  if (!isOver && !firingActions.includes(action)) return undefined;
  const service = slugOf(about.project);
  return boundedAlert(
    {
      source: name,
      fingerprint: `issue/${about.id}`,
      status: isOver ? 'resolved' : 'firing',
      title: about.title || about.shortId || 'Issue',
      description: about.culprit ?? undefined,
      severity: about.level ? severityOfWord(about.level) : undefined,
      // An issue that is back has the first time of all times.
      startsAt: action === 'created' ? readTime(about.firstSeen, 'data.issue.firstSeen') : undefined,
      labels: labelsFrom({ service, culprit: about.culprit, issue: about.shortId, level: about.level }),
      groupKey: `issue/${about.id}`,
      links: [{ title: 'Sentry', url: about.web_url ?? about.permalink ?? undefined }],
    },
    receivedAtMs,
  );
}

const slugOf = (of: z.output<typeof project>): string | undefined =>
  typeof of === 'string' ? of : typeof of === 'object' ? (of?.slug ?? undefined) : undefined;

function sampleBody({ labels, summary, description, status, startsAt, fingerprint }: SampleAlert) {
  return {
    action: status === 'firing' ? 'created' : 'resolved',
    installation: { uuid: 'a8e5d37a-696c-4c54-adb5-b3f28d64c7de' },
    data: {
      issue: {
        id: fingerprint,
        shortId: 'CHECKOUT-1',
        title: summary,
        culprit: description,
        level: labels.severity === 'critical' ? 'fatal' : 'warning',
        status: status === 'firing' ? 'unresolved' : 'resolved',
        project: { id: '1', name: labels.service, slug: labels.service, platform: 'node' },
        firstSeen: startsAt,
        web_url: 'https://shop.sentry.example/issues/1/',
      },
    },
    actor: { type: 'application', id: 'sentry', name: 'Sentry' },
  };
}
