// GitHub's security alerts: code scanning, secret scanning and Dependabot, by a webhook of a repository or organisation.
// Signed with X-Hub-Signature-256, without a time; what comes again is known by X-GitHub-Delivery (docs.github.com,
// "Webhook events and payloads"). Other events that were ticked are no alerts.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import { anySignatureMatches, hmacSha256, newToken, passed, refused, wrongSignature } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { entitiesFrom, labelsFrom } from './lib/flat.ts';
import { parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { severityOfWord } from './lib/severity-words.ts';
import { cleanIdentity } from './lib/text.ts';
import { readTime } from './lib/times.ts';
import { defineSource, type SourceRequest, type Verdict } from './source.ts';

const name = 'github';
const signatureHeader = 'X-Hub-Signature-256';

const text = z.string().nullish();
const alert = z.looseObject({
  number: z.number({ error: 'it must be the number of the alert' }),
  state: text,
  html_url: text,
  created_at: text,
  updated_at: text,
  rule: z.looseObject({ id: text, description: text, severity: text, security_severity_level: text }).nullish(),
  tool: z.looseObject({ name: text }).nullish(),
  most_recent_instance: z
    .looseObject({ ref: text, location: z.looseObject({ path: text, start_line: z.number().nullish() }).nullish() })
    .nullish(),
  secret_type: text,
  secret_type_display_name: text,
  security_advisory: z.looseObject({ ghsa_id: text, cve_id: text, summary: text, severity: text }).nullish(),
  dependency: z
    .looseObject({ manifest_path: text, package: z.looseObject({ ecosystem: text, name: text }).nullish() })
    .nullish(),
});
type GithubAlert = z.output<typeof alert>;
const payload = z.looseObject({
  action: text,
  alert: alert.nullish(),
  repository: z.looseObject({ full_name: text, html_url: text }).nullish(),
  sender: z.looseObject({ login: text }).nullish(),
});
type Payload = z.output<typeof payload>;

export const github = defineSource<Payload>({
  name,
  title: 'GitHub code scanning, secret scanning and Dependabot',
  authentication: 'hmac',
  contentTypes: ['application/json'],
  newCredential: newToken,
  verify,
  deliveryId: ({ headers }) => cleanIdentity(headers['x-github-delivery'] ?? '', 256) || undefined,
  parse: ({ body }) => parseJson(body, payload),
  normalise: (sent, receivedAtMs) => (sent.alert ? [alertOf(sent, sent.alert, receivedAtMs)] : []),
  snippet: (url, credential) => `# Settings > Webhooks > Add webhook, of a repository or an organisation
Payload URL: ${url}
Content type: application/json
Secret: ${credential}
Events: Code scanning alerts, Secret scanning alerts, Dependabot alerts
`,
  samples: samplesOf(sampleBody, { only: ['failed-deployment', 'service-down'] }),
  sign: (body, credential) => ({
    'content-type': 'application/json',
    // Derived: sending the same body again is the same delivery.
    'x-github-delivery': createHash('sha256').update(body).digest('hex').slice(0, 32),
    [signatureHeader.toLowerCase()]: `sha256=${hmacSha256(credential, body).toString('hex')}`,
  }),
});

function verify({ headers, body }: SourceRequest, credentials: readonly string[]): Verdict {
  const [, signature] = /^sha256=([0-9a-f]{64})$/i.exec(headers[signatureHeader.toLowerCase()] ?? '') ?? [];
  if (signature === undefined) {
    return refused('signature_missing', `Send ${signatureHeader}: give the webhook this source's credential as secret`);
  }
  const expected = credentials.map((credential) => hmacSha256(credential, body));
  return anySignatureMatches([Buffer.from(signature, 'hex')], expected) ? passed : wrongSignature;
}

const over = ['fixed', 'dismissed', 'resolved', 'auto_dismissed', 'closed', 'revoked'];
/** By action too: `state` is that of the branch, and is null for some. */
const overActions = ['fixed', 'closed_by_user', 'dismissed', 'auto_dismissed', 'resolved', 'revoked'];

function alertOf({ action, repository, sender }: Payload, one: GithubAlert, receivedAtMs: number): Alert {
  const repo = repository?.full_name ?? 'unknown';
  const { title, kind, severity, labels } = described(one);
  const isOver = over.includes(one.state ?? '') || overActions.includes(action ?? '');
  const isReopened = /reopened|reintroduced/.test(action ?? '');
  const finding = JSON.stringify([repo, kind, one.number]);
  return boundedAlert(
    {
      source: name,
      fingerprint: finding,
      status: isOver ? 'resolved' : 'firing',
      title: `${title} in ${repo}`,
      severity: severity ? severityOfWord(severity) : kind === 'secret_scanning' ? 'high' : undefined,
      startsAt: readTime(isReopened ? one.updated_at : one.created_at, 'alert.created_at'),
      endsAt: isOver ? readTime(one.updated_at, 'alert.updated_at') : undefined,
      labels: { ...labels, ...labelsFrom({ alert_kind: kind, repository: repo, state: one.state, action }) },
      annotations: labelsFrom({ sender: sender?.login }),
      entities: entitiesFrom({ resource: [repo] }),
      groupKey: finding,
      links: [
        { title: 'GitHub', url: one.html_url ?? undefined },
        { title: 'Repository', url: repository?.html_url ?? undefined },
      ],
    },
    receivedAtMs,
  );
}

function described(one: GithubAlert) {
  const { security_advisory: advisory, dependency, rule } = one;
  if (advisory) {
    return {
      kind: 'dependabot',
      title: advisory.summary || advisory.ghsa_id || 'Vulnerable dependency',
      severity: advisory.severity,
      labels: labelsFrom({
        advisory: advisory.ghsa_id,
        cve: advisory.cve_id,
        package: dependency?.package?.name,
        ecosystem: dependency?.package?.ecosystem,
        manifest: dependency?.manifest_path,
      }),
    };
  }
  if (one.secret_type) {
    return {
      kind: 'secret_scanning',
      title: `${one.secret_type_display_name || one.secret_type} found`,
      severity: undefined,
      labels: labelsFrom({ secret_type: one.secret_type }),
    };
  }
  const at = one.most_recent_instance;
  return {
    kind: 'code_scanning',
    title: rule?.description || rule?.id || 'Code scanning alert',
    severity: rule?.security_severity_level ?? rule?.severity,
    labels: labelsFrom({
      rule: rule?.id,
      tool: one.tool?.name,
      ref: at?.ref,
      path: at?.location?.path,
      line: at?.location?.start_line,
    }),
  };
}

function sampleBody({ summary, status, startsAt, endsAt, fingerprint, labels }: SampleAlert) {
  return {
    action: status === 'firing' ? 'created' : 'fixed',
    alert: {
      number: (Number.parseInt(fingerprint.slice(0, 6), 16) % 1_000) + 1,
      state: status === 'firing' ? 'open' : 'fixed',
      created_at: startsAt,
      updated_at: status === 'firing' ? startsAt : endsAt,
      html_url: 'https://github.example/shop/checkout/security/dependabot/1',
      dependency: { package: { ecosystem: 'npm', name: labels.service }, manifest_path: 'package-lock.json' },
      security_advisory: {
        ghsa_id: 'GHSA-aaaa-bbbb-cccc',
        cve_id: 'CVE-2026-0001',
        summary,
        severity: labels.severity,
      },
    },
    repository: { id: 1, full_name: 'shop/checkout', html_url: 'https://github.example/shop/checkout' },
    sender: { login: 'octocat' },
  };
}
