// Fourteen tools and what they send about a finding, as their sources expect it: what they tell of its times, how many
// findings a body may carry, and whether it has room for labels. Every body has the name of its finding in it.

import { createHash } from 'node:crypto';
import type { Finding, Message, Tells } from '../../store/oracle/messages.ts';

export interface Format {
  tells: Tells;
  /** False: its findings are plain, as no rule could match them. */
  hasLabels: boolean;
  /** Findings in one body. */
  atMost: number;
  /** All of one group. `id` is that of the delivery, where the tool gives one. */
  body: (messages: readonly [Message, ...Message[]], id: string) => unknown;
  headers?: Record<string, string>;
  /** After /alerts/<source>/ */
  path?: string;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const status = ({ endsAt }: Message) => (endsAt === undefined ? 'firing' : 'resolved');
const labelsOf = ({ name, kind, severity, cluster, host }: Finding) => ({
  finding: name,
  kind,
  severity,
  cluster,
  host,
});
const numberOf = ({ name }: Finding): number => Number(name.replace(/^\D*\d+-/, ''));
const never = '0001-01-01T00:00:00Z';

const many = { tells: 'both', hasLabels: true, atMost: 500 } as const;
const single = { atMost: 1 } as const;

const notification = (messages: readonly [Message, ...Message[]]) => ({
  receiver: 'firebreak',
  status: 'firing',
  groupKey: `{}:{group="${messages[0].finding.group}"}`,
  truncatedAlerts: 0,
  groupLabels: { group: messages[0].finding.group },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://tool.example',
  alerts: messages.map((message) => ({
    status: status(message),
    labels: { alertname: message.finding.group, ...labelsOf(message.finding) },
    annotations: { summary: `${message.finding.name} of the storm` },
    startsAt: iso(message.startsAt),
    endsAt: message.endsAt === undefined ? never : iso(message.endsAt),
    generatorURL: 'http://tool.example/graph',
    fingerprint: createHash('sha256').update(message.finding.name).digest('hex').slice(0, 16),
  })),
});

export const formats: Record<string, Format> = {
  alertmanager: { ...many, body: (messages) => ({ ...notification(messages), version: '4' }) },
  grafana: { ...many, body: (messages) => ({ ...notification(messages), version: '1', orgId: 1, state: 'alerting' }) },
  prometheus: {
    ...many,
    body: (messages) =>
      messages.map(({ finding, startsAt, endsAt }) => ({
        labels: { alertname: finding.group, ...labelsOf(finding) },
        annotations: { summary: finding.name },
        startsAt: iso(startsAt),
        // While it fires: when Prometheus would give it up.
        endsAt: iso(endsAt ?? Date.now() + 3_600_000),
        generatorURL: 'http://prometheus.example/graph',
      })),
  },
  generic: {
    ...many,
    body: (messages) => ({
      alerts: messages.map((message) => ({
        ...{ fingerprint: message.finding.name, status: status(message), title: message.finding.name },
        ...{ startsAt: iso(message.startsAt), endsAt: message.endsAt === undefined ? null : iso(message.endsAt) },
        ...{ labels: labelsOf(message.finding), groupKey: message.finding.group },
      })),
    }),
  },
  mapped: {
    ...many,
    path: 'storm',
    body: (messages) => ({
      findings: messages.map(({ finding, startsAt, endsAt }) => ({
        ...{ ...labelsOf(finding), group: finding.group, from: iso(startsAt) },
        ...{ isOver: endsAt !== undefined, to: endsAt === undefined ? '' : iso(endsAt) },
      })),
    }),
  },
  cloudevents: {
    ...many,
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: (messages, id) =>
      messages.map((message, index) => ({
        ...{ specversion: '1.0', id: `${id}-${index}`, source: '/storm', subject: message.finding.name },
        type: `com.example.${status(message)}`,
        time: iso(message.endsAt ?? message.startsAt),
        data: {
          ...{ fingerprint: message.finding.name, title: message.finding.name, status: status(message) },
          ...{ startsAt: iso(message.startsAt), labels: labelsOf(message.finding), groupKey: message.finding.group },
        },
      })),
  },
  eventbridge: {
    ...{ tells: 'start', hasLabels: false, atMost: 100 },
    body: (messages, id) => ({
      ...{ version: '0', id, 'detail-type': 'Security Hub Findings - Imported', source: 'aws.securityhub' },
      ...{ account: '123456789012', region: 'eu-west-1', time: iso(Date.now()), resources: [] },
      detail: {
        findings: messages.map(({ finding, startsAt, endsAt }) => ({
          ...{ Id: finding.name, Title: finding.name, GeneratorId: finding.group, AwsAccountId: '123456789012' },
          ...{ Severity: { Label: 'LOW' }, RecordState: endsAt === undefined ? 'ACTIVE' : 'ARCHIVED' },
          ...{ FirstObservedAt: iso(startsAt), Resources: [{ Type: 'AwsEc2Instance', Id: finding.group }] },
        })),
      },
    }),
  },
  suricata: {
    ...{ tells: 'no_end', hasLabels: false, atMost: 500 },
    body: (messages) =>
      messages.map(({ finding, startsAt }) => ({
        ...{ timestamp: iso(startsAt).replace('Z', '000+0000'), event_type: 'alert', host: 'sensor-1', proto: 'TCP' },
        // One finding is one signature between two addresses, one group all that comes from an address.
        ...{ src_ip: addressOf(10, finding.cluster), dest_ip: addressOf(172, finding.name) },
        alert: { action: 'allowed', gid: 1, signature_id: 2_001_219, signature: finding.name, severity: 3 },
      })),
  },
  sentry: {
    ...{ ...single, tells: 'both', hasLabels: false },
    body: ([{ finding, startsAt, endsAt }]) => ({
      action: endsAt === undefined ? 'warning' : 'resolved',
      data: {
        metric_alert: {
          ...{ id: finding.name, date_started: iso(startsAt), date_closed: endsAt === undefined ? null : iso(endsAt) },
          ...{ alert_rule: { id: finding.group, name: 'Errors' }, projects: [] },
        },
        description_title: finding.name,
      },
    }),
  },
  github: {
    ...{ ...single, tells: 'both', hasLabels: false },
    body: ([{ finding, startsAt, endsAt }]) => ({
      action: endsAt === undefined ? 'created' : 'fixed',
      alert: {
        ...{ number: numberOf(finding), state: endsAt === undefined ? 'open' : 'fixed' },
        ...{ created_at: iso(startsAt), updated_at: iso(endsAt ?? startsAt) },
        ...{ rule: { id: 'js/storm', description: finding.name, severity: 'note' }, tool: { name: 'CodeQL' } },
      },
      repository: { full_name: finding.group },
      sender: { login: 'octocat' },
    }),
  },
  falco: {
    ...{ ...single, tells: 'no_end', hasLabels: true },
    body: ([{ finding, startsAt }]) => ({
      ...{ hostname: finding.cluster, rule: finding.group, priority: 'Warning', source: 'syscall', tags: [] },
      ...{ time: iso(startsAt).replace('Z', '000000Z'), output: `${iso(startsAt)}: ${finding.name}` },
      output_fields: { ...labelsOf(finding), 'container.id': 'host', 'proc.name': finding.name, 'user.name': 'root' },
    }),
  },
  pagerduty: {
    ...{ ...single, tells: 'neither', hasLabels: true },
    body: ([{ finding, startsAt, endsAt }]) =>
      endsAt === undefined
        ? {
            ...{ event_action: 'trigger', dedup_key: finding.name, client: 'Storm' },
            payload: {
              ...{ summary: finding.name, source: finding.host, severity: 'warning', timestamp: iso(startsAt) },
              ...{ group: finding.group, custom_details: labelsOf(finding) },
            },
          }
        : { event_action: 'resolve', dedup_key: finding.name },
  },
  datadog: {
    ...{ ...single, tells: 'neither', hasLabels: true },
    body: ([{ finding, startsAt, endsAt }]) => ({
      ...{ cycle: finding.name, transition: endsAt === undefined ? 'Triggered' : 'Recovered' },
      ...{ title: `[Triggered] ${finding.name}`, monitor: finding.group, scope: finding.cluster },
      ...{ date: String(endsAt ?? startsAt), hostname: finding.host },
      tags: Object.entries(labelsOf(finding))
        .map(([key, value]) => `${key}:${value}`)
        .join(','),
    }),
  },
  elastic: {
    ...{ ...single, tells: 'neither', hasLabels: true },
    body: ([{ finding, startsAt, endsAt }]) => ({
      rule: { id: finding.group, name: 'Storm' },
      alert: { id: finding.name, status: endsAt === undefined ? 'firing' : 'recovered' },
      ...{ date: iso(endsAt ?? startsAt), reason: finding.name, labels: labelsOf(finding) },
    }),
  },
};

function addressOf(first: number, text: string): string {
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(text).digest();
  return `${first}.${a}.${b}.${c}`;
}
