// Wazuh's alerts as its integrator hands them to a custom integration (documentation.wazuh.com, "External API
// integration"): the JSON of alerts.json, one alert a request.

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import type { Severity } from '../core/severity.ts';
import { jsonWithToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { eventAlert } from './lib/event-alert.ts';
import { entitiesAt, flatTexts, labelsFrom } from './lib/flat.ts';
import { parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { cleanIdentity } from './lib/text.ts';
import { readTime } from './lib/times.ts';
import { defineSource } from './source.ts';

const name = 'wazuh';

const text = z.string().nullish();
const id = z.union([z.string(), z.number()]).transform(String);
const payload = z.looseObject({
  id: id.nullish(),
  timestamp: text,
  rule: z.looseObject({
    id,
    level: z.number({ error: 'it must be a number from 0 to 16' }),
    description: text,
    groups: z.array(z.string()).nullish(),
    mitre: z.looseObject({ id: z.array(z.string()).nullish() }).nullish(),
  }),
  agent: z.looseObject({ id: id.nullish(), name: text, ip: text }).nullish(),
  location: text,
  full_log: text,
  data: z.unknown().optional(),
  syscheck: z.unknown().optional(),
});
type Payload = z.output<typeof payload>;

export const wazuh = defineSource<Payload>({
  ...jsonWithToken,
  name,
  title: 'Wazuh',
  deliveryId: (request) => {
    const { id: given, agent } = parseJson(request.body, payload);
    return given ? cleanIdentity(JSON.stringify([agent?.id ?? '', given]), 256) : undefined;
  },
  parse: ({ body }) => parseJson(body, payload),
  normalise: (sent, receivedAtMs) => [alertOf(sent, receivedAtMs)],
  noRecovery: 'Wazuh tells of events as they happen; an event has no end.',
  snippet: (url, credential) => `# /var/ossec/etc/ossec.conf
<integration>
  <name>custom-firebreak</name>
  <hook_url>${url}</hook_url>
  <api_key>${credential}</api_key>
  <level>7</level>
  <alert_format>json</alert_format>
</integration>

# /var/ossec/integrations/custom-firebreak, owner root:wazuh, mode 750
#!/bin/sh
exec curl -sS --fail --max-time 10 --retry 5 -H 'content-type: application/json' \\
  -H "authorization: Bearer $2" --data-binary "@$1" "$3"
`,
  samples: samplesOf(sampleBody, { only: ['brute-force'], withoutRecovery: true }),
});

const places = {
  ip: ['data.srcip', 'data.src_ip', 'data.win.eventdata.ipAddress', 'data.aws.sourceIPAddress'],
  host: ['agent.name', 'data.hostname'],
  user: ['data.dstuser', 'data.srcuser', 'data.win.eventdata.targetUserName', 'data.aws.userIdentity.userName'],
  process: ['data.win.eventdata.image', 'data.process.name', 'data.audit.exe'],
  hash: ['syscheck.sha256_after', 'syscheck.sha1_after', 'syscheck.md5_after', 'data.virustotal.source.sha1'],
  url: ['data.url'],
  resource: ['data.aws.resource.instanceDetails.instanceId', 'data.docker.Actor.ID'],
  key: ['data.aws.userIdentity.accessKeyId'],
} as const;

function alertOf(sent: Payload, receivedAtMs: number): Alert {
  const { rule, agent } = sent;
  const flat = flatTexts(sent, 1_000);
  const entities = entitiesAt(flat, places);
  const attacker = entities.find(({ kind }) => kind === 'ip')?.value;
  const data = Object.fromEntries([...flatTexts(sent.data)].map(([place, values]) => [place, values.join(', ')]));
  return boundedAlert(
    eventAlert({
      source: name,
      rule: rule.id,
      about: [agent?.id ?? agent?.name ?? undefined, attacker],
      title: rule.description || `Wazuh rule ${rule.id}`,
      description: sent.full_log ?? undefined,
      severity: severityOfLevel(rule.level),
      startsAt: readTime(sent.timestamp, 'timestamp'),
      labels: {
        ...data,
        ...labelsFrom({ rule: rule.id, level: rule.level, agent: agent?.name, location: sent.location }),
        ...labelsFrom({ groups: rule.groups?.join(','), mitre: rule.mitre?.id?.join(',') }),
      },
      entities,
    }),
    receivedAtMs,
  );
}

/** As Wazuh's own dashboards have it. */
function severityOfLevel(level: number): Severity {
  if (level >= 15) return 'critical';
  if (level >= 12) return 'high';
  return level >= 7 ? 'medium' : 'low';
}

function sampleBody({ labels, summary, description, startsAt, fingerprint }: SampleAlert) {
  return {
    timestamp: startsAt.replace('Z', '+0000'),
    rule: {
      level: 10,
      description: summary,
      id: '5763',
      mitre: { id: ['T1110'], tactic: ['Credential Access'], technique: ['Brute Force'] },
      frequency: 8,
      firedtimes: 1,
      groups: ['syslog', 'sshd', 'authentication_failures'],
    },
    agent: { id: '001', name: labels.host, ip: '10.0.0.11' },
    manager: { name: 'wazuh.manager' },
    id: `${Date.parse(startsAt) / 1_000}.${Number.parseInt(fingerprint.slice(0, 6), 16)}`,
    full_log: description,
    decoder: { parent: 'sshd', name: 'sshd' },
    data: { srcip: labels.source_ip, srcport: '51782', dstuser: 'root', kind: labels.kind, service: labels.service },
    location: '/var/log/auth.log',
  };
}
