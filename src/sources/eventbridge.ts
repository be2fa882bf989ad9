// Amazon EventBridge: GuardDuty, Security Hub and CloudWatch alarms, sent by an API destination, whose connection of the
// kind "API key" sends the header that it is told to.

import type { Alert } from '../core/alert.ts';
import { jsonWithToken } from './lib/authentication.ts';
import { type EventBridgeEvent, eventBridgeEvent, findingsOf } from './lib/aws-events.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { cleanIdentity } from './lib/text.ts';
import { defineSource } from './source.ts';

const name = 'eventbridge';

export const eventbridge = defineSource<EventBridgeEvent>({
  ...jsonWithToken,
  name,
  title: 'Amazon EventBridge: GuardDuty, Security Hub, CloudWatch alarms',
  deliveryId: ({ body }) => cleanIdentity(parseJson(body, eventBridgeEvent).id ?? '', 256) || undefined,
  parse: ({ body }) => parseJson(body, eventBridgeEvent),
  normalise: (event, receivedAtMs): Alert[] =>
    findingsOf(event).map((found) => boundedAlert({ ...found, source: name }, receivedAtMs)),
  snippet: (url, credential) => `# AWS CLI; the rule's role must be allowed events:InvokeApiDestination
aws events create-connection --name firebreak --authorization-type API_KEY \\
  --auth-parameters 'ApiKeyAuthParameters={ApiKeyName=Authorization,ApiKeyValue="Bearer ${credential}"}'
aws events create-api-destination --name firebreak --http-method POST \\
  --connection-arn <connection> --invocation-endpoint ${url}
aws events put-rule --name firebreak --event-pattern \\
  '{"source":["aws.guardduty","aws.securityhub"],"detail-type":["GuardDuty Finding","Security Hub Findings - Imported"]}'
aws events put-targets --rule firebreak --targets Id=firebreak,Arn=<api destination>,RoleArn=<role>
`,
  samples: samplesOf(sampleBody, { only: ['brute-force'] }),
});

function sampleBody({ labels, summary, description, status, startsAt, endsAt, fingerprint }: SampleAlert) {
  const [account, region] = ['123456789012', 'eu-west-1'];
  return {
    version: '0',
    id: `${fingerprint}-${status}-${startsAt}`,
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account,
    time: status === 'firing' ? startsAt : endsAt,
    region,
    resources: [],
    detail: {
      schemaVersion: '2.0',
      accountId: account,
      region,
      partition: 'aws',
      id: fingerprint,
      arn: `arn:aws:guardduty:${region}:${account}:detector/1/finding/${fingerprint}`,
      type: 'UnauthorizedAccess:EC2/SSHBruteForce',
      resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0123456789abcdef0' } },
      service: {
        serviceName: 'guardduty',
        action: {
          actionType: 'NETWORK_CONNECTION',
          networkConnectionAction: {
            connectionDirection: 'INBOUND',
            remoteIpDetails: { ipAddressV4: labels.source_ip },
            localPortDetails: { port: 22, portName: 'SSH' },
          },
        },
        archived: status === 'resolved',
        count: 412,
        eventFirstSeen: startsAt,
        eventLastSeen: startsAt,
      },
      severity: 8,
      title: summary,
      description,
    },
  };
}
