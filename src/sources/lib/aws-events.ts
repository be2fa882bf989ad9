// What AWS tells of: findings of GuardDuty and Security Hub and alarms of CloudWatch, in EventBridge's envelope, and
// CloudWatch's own notification of an alarm. They come from EventBridge and through SNS.

import { z } from 'zod';
import type { Severity } from '../../core/severity.ts';
import type { FoundAlert } from './bounded-alert.ts';
import { entitiesAt, entitiesFrom, flatTexts, labelsFrom } from './flat.ts';
import { severityOfWord } from './severity-words.ts';
import { readTime } from './times.ts';

type Found = Omit<FoundAlert, 'source'>;

const text = z.string().nullish();
const needed = (what: string) => z.string({ error: `it must be ${what}` }).min(1, `it must be ${what}`);

const envelope = { id: text, account: text, region: text, time: text, resources: z.array(z.string()).nullish() };
const guardDuty = z.looseObject({
  ...envelope,
  'detail-type': z.literal('GuardDuty Finding'),
  detail: z.looseObject({
    id: needed('the id of the finding'),
    type: needed('the type of the finding'),
    severity: z.number({ error: 'it must be a number' }),
    title: text,
    description: text,
    resource: z.unknown().optional(),
    service: z
      .looseObject({ eventFirstSeen: text, archived: z.boolean().nullish(), count: z.number().nullish() })
      .nullish(),
  }),
});
const asff = z.looseObject({
  Id: needed('the id of the finding'),
  Title: text,
  Description: text,
  GeneratorId: text,
  ProductName: text,
  AwsAccountId: text,
  Severity: z.looseObject({ Label: text }).nullish(),
  Workflow: z.looseObject({ Status: text }).nullish(),
  RecordState: text,
  Compliance: z.looseObject({ Status: text }).nullish(),
  FirstObservedAt: text,
  CreatedAt: text,
  SourceUrl: text,
  Resources: z.array(z.looseObject({ Type: text, Id: text, Region: text })).nullish(),
});
const securityHub = z.looseObject({
  ...envelope,
  'detail-type': z.enum(['Security Hub Findings - Imported', 'Security Hub Findings - Custom Action']),
  detail: z.looseObject({ findings: z.array(asff).max(100, 'it must have at most 100 findings') }),
});
const alarmState = z.looseObject({
  ...envelope,
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  detail: z.looseObject({
    alarmName: needed('the name of the alarm'),
    state: z.looseObject({ value: needed('ALARM, OK or INSUFFICIENT_DATA'), reason: text, timestamp: text }),
    configuration: z.looseObject({ description: text }).nullish(),
  }),
});
export const eventBridgeEvent = z.discriminatedUnion('detail-type', [guardDuty, securityHub, alarmState], {
  error: 'it must be GuardDuty Finding, Security Hub Findings - Imported or CloudWatch Alarm State Change',
});
export type EventBridgeEvent = z.output<typeof eventBridgeEvent>;

export const alarmNotification = z.looseObject({
  AlarmName: needed('the name of the alarm'),
  AlarmArn: text,
  AlarmDescription: text,
  AWSAccountId: text,
  Region: text,
  NewStateValue: needed('ALARM, OK or INSUFFICIENT_DATA'),
  NewStateReason: text,
  StateChangeTime: text,
  Trigger: z
    .looseObject({
      MetricName: text,
      Namespace: text,
      Dimensions: z.array(z.looseObject({ name: text, value: text })).nullish(),
    })
    .nullish(),
});

export function findingsOf(event: EventBridgeEvent): Found[] {
  switch (event['detail-type']) {
    case 'GuardDuty Finding':
      return [ofGuardDuty(event)];
    case 'CloudWatch Alarm State Change':
      return [ofAlarmState(event)];
    default:
      return event.detail.findings.map((finding, index) => ofSecurityHub(finding, index));
  }
}

const guardDutyPlaces = {
  ip: [
    'service.action.networkConnectionAction.remoteIpDetails.ipAddressV4',
    'service.action.awsApiCallAction.remoteIpDetails.ipAddressV4',
    'service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4',
    'service.action.portProbeAction.portProbeDetails.remoteIpDetails.ipAddressV4',
    'service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4',
  ],
  host: ['service.action.dnsRequestAction.domain'],
  user: ['resource.accessKeyDetails.userName', 'resource.kubernetesDetails.kubernetesUserDetails.username'],
  process: ['service.runtimeDetails.process.name'],
  hash: ['service.runtimeDetails.process.executableSha256'],
  key: ['resource.accessKeyDetails.accessKeyId'],
  resource: [
    'resource.instanceDetails.instanceId',
    'resource.s3BucketDetails.arn',
    'resource.eksClusterDetails.arn',
    'resource.lambdaDetails.functionArn',
    'resource.rdsDbInstanceDetails.dbInstanceArn',
    'resource.ecsClusterDetails.arn',
  ],
} as const;

function ofGuardDuty({ detail, account, region }: z.output<typeof guardDuty>): Found {
  const { id, type, severity, title, description, service } = detail;
  const entities = entitiesAt(flatTexts(detail, 2_000), guardDutyPlaces);
  const about = entities.find(({ kind }) => kind === 'resource' || kind === 'key')?.value;
  return {
    fingerprint: id,
    status: service?.archived ? 'resolved' : 'firing',
    title: title || type,
    description: description ?? undefined,
    severity: severityOfNumber(severity),
    startsAt: readTime(service?.eventFirstSeen, 'detail.service.eventFirstSeen'),
    labels: labelsFrom({ type, aws_account: account, region, severity_number: severity }),
    annotations: labelsFrom({ count: service?.count }),
    entities,
    // One attack makes many findings about one thing.
    groupKey: JSON.stringify([account ?? null, about ?? id]),
    links: [{ title: 'GuardDuty', url: region ? consoleUrl(region, `guardduty/home#/findings?fId=${id}`) : undefined }],
  };
}

/** GuardDuty's own classes. */
function severityOfNumber(severity: number): Severity {
  if (severity >= 9) return 'critical';
  if (severity >= 7) return 'high';
  return severity >= 4 ? 'medium' : 'low';
}

const securityHubPlaces = {
  ip: ['Network.SourceIpV4', 'Network.SourceIpV6', 'Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4'],
  host: ['Network.SourceDomain'],
  process: ['Process.Name'],
  key: ['Resources.Details.AwsIamAccessKey.AccessKeyId'],
  user: ['Resources.Details.AwsIamAccessKey.PrincipalName', 'Resources.Details.AwsIamUser.UserName'],
  resource: ['Resources.Id'],
  hash: ['ThreatIntelIndicators.Value'],
} as const;

function ofSecurityHub(finding: z.output<typeof asff>, index: number): Found {
  const isOver =
    finding.RecordState === 'ARCHIVED' ||
    ['RESOLVED', 'SUPPRESSED'].includes(finding.Workflow?.Status ?? '') ||
    finding.Compliance?.Status === 'PASSED';
  const place = `detail.findings[${index}]`;
  const first = finding.Resources?.[0];
  return {
    fingerprint: finding.Id,
    status: isOver ? 'resolved' : 'firing',
    title: finding.Title || finding.Id,
    description: finding.Description ?? undefined,
    severity: severityOfWord(finding.Severity?.Label ?? ''),
    startsAt: readTime(finding.FirstObservedAt ?? finding.CreatedAt, `${place}.FirstObservedAt`),
    labels: labelsFrom({
      generator: finding.GeneratorId,
      product: finding.ProductName,
      aws_account: finding.AwsAccountId,
      region: first?.Region,
      resource_type: first?.Type,
      compliance: finding.Compliance?.Status,
    }),
    entities: entitiesAt(flatTexts(finding, 2_000), securityHubPlaces),
    groupKey: JSON.stringify([finding.GeneratorId ?? finding.Id, first?.Id ?? null]),
    links: [{ title: 'Source', url: finding.SourceUrl ?? undefined }],
  };
}

function ofAlarmState({ detail, account, region, resources }: z.output<typeof alarmState>): Found {
  return alarm({
    name: detail.alarmName,
    arn: resources?.[0] ?? undefined,
    ...{ account, region },
    state: detail.state.value,
    changedAt: readTime(detail.state.timestamp, 'detail.state.timestamp'),
    reason: detail.state.reason,
    description: detail.configuration?.description,
  });
}

/** Of CloudWatch's notification through SNS; times are named as within it. */
export function ofAlarmNotification(sent: z.output<typeof alarmNotification>): Found {
  const dimensions = Object.fromEntries((sent.Trigger?.Dimensions ?? []).map(({ name, value }) => [name, value]));
  return alarm({
    name: sent.AlarmName,
    arn: sent.AlarmArn,
    account: sent.AWSAccountId,
    region: sent.Region,
    state: sent.NewStateValue,
    changedAt: readTime(sent.StateChangeTime, 'Message.StateChangeTime'),
    reason: sent.NewStateReason,
    description: sent.AlarmDescription,
    labels: {
      ...labelsFrom(dimensions),
      ...labelsFrom({ metric: sent.Trigger?.MetricName, namespace: sent.Trigger?.Namespace }),
    },
  });
}

interface Alarm {
  name: string;
  arn: string | null | undefined;
  account: string | null | undefined;
  region: string | null | undefined;
  state: string;
  changedAt: string | undefined;
  reason: string | null | undefined;
  description: string | null | undefined;
  labels?: Record<string, string>;
}

const dimensionPlaces = [
  'InstanceId',
  'DBInstanceIdentifier',
  'FunctionName',
  'LoadBalancer',
  'BucketName',
  'QueueName',
];

/** Lack of data does not end an alarm. */
function alarm(found: Alarm): Found {
  const { name, account, region, labels = {} } = found;
  const isOver = found.state === 'OK';
  const fingerprint = found.arn ?? JSON.stringify([account ?? null, region ?? null, name]);
  return {
    fingerprint,
    status: isOver ? 'resolved' : 'firing',
    title: name,
    description: [found.description, found.reason].filter(Boolean).join('\n') || undefined,
    startsAt: isOver ? undefined : found.changedAt,
    endsAt: isOver ? found.changedAt : undefined,
    labels: { ...labels, ...labelsFrom({ alarm: name, aws_account: account, region, state: found.state }) },
    entities: entitiesFrom({
      resource: [...dimensionPlaces.map((dimension) => labels[dimension]), found.arn],
      service: [labels.ServiceName],
    }),
    groupKey: fingerprint,
    links: [
      {
        title: 'CloudWatch',
        url: region ? consoleUrl(region, `cloudwatch/home#alarmsV2:alarm/${encodeURIComponent(name)}`) : undefined,
      },
    ],
  };
}

function consoleUrl(region: string, path: string): string | undefined {
  return /^[a-z0-9-]{1,30}$/.test(region) ? `https://${region}.console.aws.amazon.com/${path}` : undefined;
}
