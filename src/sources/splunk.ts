// Splunk's webhook alert action: the first result of a saved search (docs.splunk.com, "Use a webhook alert action"). It
// sends no header of one's choice, so that its credential is in the address.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import { jsonWithToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { eventAlert } from './lib/event-alert.ts';
import { entitiesAt, flatTexts, labelsFrom } from './lib/flat.ts';
import { parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { cleanText } from './lib/text.ts';
import { timeOfEpoch } from './lib/times.ts';
import { defineSource } from './source.ts';

const name = 'splunk';

const payload = z.looseObject({
  sid: z.string({ error: 'it must be the id of the search job' }).min(1, 'it must not be empty'),
  search_name: z.string().nullish(),
  app: z.string().nullish(),
  owner: z.string().nullish(),
  results_link: z.string().nullish(),
  result: z.record(z.string(), z.unknown()).nullish(),
});
type Payload = z.output<typeof payload>;

export const splunk = defineSource<Payload>({
  ...jsonWithToken,
  authentication: 'path',
  name,
  title: 'Splunk',
  // "For each result", one job sends many.
  deliveryId: (request) => {
    const { sid } = parseJson(request.body, payload);
    return `${cleanText(sid, 160)} ${createHash('sha256').update(request.body).digest('hex').slice(0, 32)}`;
  },
  parse: ({ body }) => parseJson(body, payload),
  normalise: (sent, receivedAtMs) => [alertOf(sent, receivedAtMs)],
  noRecovery: 'A saved search tells what it found, never that it finds nothing any more.',
  snippet: (
    url,
    credential,
  ) => `# Save As > Alert > Add Actions > Webhook; trigger "For each result", throttled as you like
URL: ${url}/${credential}
# Fields of the result that are read: severity, kind, service, host, src_ip, user, process, file_hash, url, …
# Splunk Cloud and Enterprise 9 allow only addresses of their allow list: Settings > Server settings > Webhook allow list
`,
  samples: samplesOf(sampleBody, { withoutRecovery: true }),
});

/** The Common Information Model's names that are not among the usual ones. */
const places = {
  ip: ['src'],
  host: ['dest', 'dvc', 'dest_host'],
  user: ['src_user', 'Account_Name'],
  process: ['process_exec', 'Image'],
  hash: ['process_hash', 'file_hash'],
  resource: ['object', 'vendor_account'],
} as const;

function alertOf(sent: Payload, receivedAtMs: number): Alert {
  const result = sent.result ?? {};
  const labels = labelsFrom(result);
  const flat = flatTexts(result);
  const { _raw: raw, _time: time, ...others } = labels;
  const rule = sent.search_name || 'Ad-hoc search';
  const about = ['host', 'dest', 'src', 'src_ip', 'user', 'service'].map((field) => labels[field]);
  return boundedAlert(
    eventAlert({
      source: name,
      rule,
      about,
      groupedBy: [],
      title: labels.message || labels.summary || rule,
      description: raw || labels.description,
      startsAt: timeOfEpoch(time) ?? timeOfEpoch(/_at_(\d{9,10})(?:_|$)/.exec(sent.sid)?.[1]) ?? isoOf(receivedAtMs),
      labels: { ...others, ...labelsFrom({ search_name: sent.search_name, splunk_app: sent.app }) },
      annotations: labelsFrom({ sid: sent.sid, owner: sent.owner }),
      entities: entitiesAt(flat, places),
      links: [{ title: 'Results', url: sent.results_link ?? undefined }],
    }),
    receivedAtMs,
  );
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

function sampleBody({ alertname, labels, summary, description, startsAt }: SampleAlert) {
  const seconds = Math.floor(Date.parse(startsAt) / 1_000);
  return {
    sid: `scheduler__admin__search__${alertname}_at_${seconds}_42`,
    search_name: alertname,
    app: 'search',
    owner: 'admin',
    results_link: `https://splunk.example/app/search/@go?sid=scheduler__admin__search__${alertname}_at_${seconds}_42`,
    result: { _time: String(Date.parse(startsAt) / 1_000), message: summary, description, ...labels },
  };
}
