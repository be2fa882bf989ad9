// Alerts of the past, in the generic format, one JSON object a line. All are over: they are kept as resolved alerts that
// nobody saw firing, so that they open nothing and tell nobody.

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import { jsonWithToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { foundIn, genericAlert } from './lib/generic-alert.ts';
import { checkedMany, placeOf, readMany } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { defineSource, MalformedAlert } from './source.ts';

const name = 'history';
const contentType = 'application/x-ndjson';

const pastAlert = genericAlert.extend({
  status: z.enum(['firing', 'resolved'], { error: 'it must be "firing" or "resolved", or left out' }).nullish(),
  startsAt: z.string({ error: 'it must be the time when it began' }),
});
type PastAlert = z.output<typeof pastAlert>;

export const history = defineSource<{ alert: PastAlert; index: number }[]>({
  ...jsonWithToken,
  name,
  title: 'Historic alerts',
  contentTypes: [contentType, 'application/json'],
  isHistory: true,
  noRecovery: 'What is imported is over already, with its end in it.',
  parse: ({ body }) => {
    const lines = readMany(body);
    return checkedMany(lines, pastAlert).map((alert, nth) => ({ alert, index: lines[nth]?.index ?? -1 }));
  },
  normalise: (all, receivedAtMs) => all.map(({ alert, index }) => alertOf(alert, index, receivedAtMs)),
  snippet: (url, credential) => `# firebreak import <file> does this, in parts:
curl -sS --fail '${url}' -H 'authorization: Bearer ${credential}' -H 'content-type: ${contentType}' \\
  --data-binary @alerts.ndjson
# One alert a line:
{"title":"Disk of db-1 is full","startsAt":"2025-03-01T07:00:00Z","endsAt":"2025-03-01T09:30:00Z","labels":{"kind":"disk_full","host":"db-1"}}
`,
  samples: samplesOf(sampleBody, { withoutRecovery: true }),
  sign: (_body, credential) => ({ 'content-type': contentType, authorization: `Bearer ${credential}` }),
});

function alertOf(given: PastAlert, index: number, receivedAtMs: number): Alert {
  const place = (...rest: (string | number)[]) => placeOf([...(index < 0 ? [] : [index]), ...rest]);
  const found = foundIn({ ...given, status: 'resolved' }, place);
  const { startsAt, fingerprint } = found;
  if (startsAt === undefined || Date.parse(startsAt) > receivedAtMs) {
    throw new MalformedAlert(place('startsAt'), 'found none that is past; it must be the time when it began');
  }
  return boundedAlert(
    {
      ...found,
      source: name,
      // Each episode is a finding of its own: none of them ends another.
      fingerprint: `${fingerprint}@${startsAt}`,
      endsAt: found.endsAt ?? startsAt,
      labels: { ...found.labels, fingerprint },
    },
    receivedAtMs,
  );
}

function sampleBody({ labels, summary, description, startsAt, fingerprint }: SampleAlert) {
  const { severity, ...others } = labels;
  return { fingerprint, title: summary, description, severity, startsAt, endsAt: startsAt, labels: others };
}
