// Falco's output over HTTP, from Falco itself or from falcosidekick (falco.org/docs, "Output channels").

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import { jsonWithToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { eventAlert } from './lib/event-alert.ts';
import { entitiesAt, flatTexts, labelsFrom } from './lib/flat.ts';
import { parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { severityOfWord } from './lib/severity-words.ts';
import { readTime } from './lib/times.ts';
import { defineSource } from './source.ts';

const name = 'falco';

const text = z.string().nullish();
const payload = z.looseObject({
  rule: z.string({ error: 'it must be the name of a rule' }).min(1, 'it must not be empty'),
  output: text,
  priority: text,
  time: text,
  hostname: text,
  source: text,
  uuid: text,
  tags: z.array(z.string()).nullish(),
  output_fields: z.record(z.string(), z.unknown()).nullish(),
});
type Payload = z.output<typeof payload>;

export const falco = defineSource<Payload>({
  ...jsonWithToken,
  authentication: 'path',
  name,
  title: 'Falco',
  parse: ({ body }) => parseJson(body, payload),
  normalise: (sent, receivedAtMs) => [alertOf(sent, receivedAtMs)],
  noRecovery: 'Falco tells of system calls as they happen; a call has no end.',
  snippet: (url, credential) => `# falco.yaml
json_output: true
json_include_output_property: true
json_include_tags_property: true
http_output:
  enabled: true
  url: ${url}/${credential}
# or falcosidekick: WEBHOOK_ADDRESS=${url}, WEBHOOK_CUSTOMHEADERS=Authorization:Bearer ${credential}
`,
  samples: samplesOf(sampleBody, { only: ['brute-force'], withoutRecovery: true }),
});

const places = {
  ip: ['fd.cip', 'fd.rip', 'ka.sourceips'],
  host: ['hostname', 'evt.hostname', 'k8s.node.name'],
  user: ['user.name', 'ka.user.name'],
  process: ['proc.name', 'proc.exepath'],
  hash: ['proc.exe.sha256'],
  resource: ['container.id', 'k8s.pod.name', 'k8smeta.pod.name', 'fd.name', 'ka.target.name'],
  service: ['k8s.deployment.name', 'k8smeta.deployment.name'],
} as const;

function alertOf(sent: Payload, receivedAtMs: number): Alert {
  // Names of fields have dots in them already.
  const flat = flatTexts({ hostname: sent.hostname, ...sent.output_fields });
  // Falco's word for outside of any container.
  if (flat.get('container.id')?.[0] === 'host') flat.delete('container.id');
  const first = (...names: string[]) => names.map((one) => flat.get(one)?.[0]).find((one) => one !== undefined);
  const place = first('k8s.pod.name', 'k8smeta.pod.name', 'container.id') ?? sent.hostname ?? undefined;
  return boundedAlert(
    eventAlert({
      source: name,
      rule: sent.rule,
      about: [place, first('proc.name'), first('user.name', 'ka.user.name')],
      groupedBy: [place],
      title: `${sent.rule}${place ? ` on ${place}` : ''}`,
      description: sent.output ?? undefined,
      severity: severityOfWord(sent.priority ?? ''),
      startsAt: readTime(sent.time, 'time'),
      labels: {
        ...labelsFrom(sent.output_fields ?? {}),
        ...labelsFrom({ rule: sent.rule, source: sent.source, tags: sent.tags?.join(','), hostname: sent.hostname }),
      },
      annotations: labelsFrom({ uuid: sent.uuid }),
      entities: entitiesAt(flat, places),
    }),
    receivedAtMs,
  );
}

function sampleBody({ labels, summary, description, startsAt }: SampleAlert) {
  return {
    hostname: labels.host,
    output: `${startsAt}: Warning ${summary}. ${description}`,
    priority: 'Warning',
    rule: 'Brute force over SSH',
    source: 'syscall',
    tags: ['network', 'mitre_credential_access', 'T1110'],
    time: startsAt.replace('Z', '000000Z'),
    output_fields: {
      'evt.time': Date.parse(startsAt) * 1_000_000,
      'container.id': 'host',
      'fd.cip': labels.source_ip,
      'fd.sport': 22,
      'proc.name': 'sshd',
      'proc.cmdline': 'sshd -D -R',
      'user.name': 'root',
      kind: labels.kind,
      service: labels.service,
    },
  };
}
