// SARIF 2.1.0, the common format of scanners, uploaded by a pipeline (OASIS sarif-v2.1.0). Each result that fails is a
// finding; it stays one while uploads repeat it, and is over when one marks it as absent from the baseline.

import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import { derivedId } from '../core/ids.ts';
import type { Severity } from '../core/severity.ts';
import { jsonWithToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { entitiesFrom, labelsFrom } from './lib/flat.ts';
import { maxAlertsPerRequest, parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { defineSource } from './source.ts';

const name = 'sarif';

const text = z.string().nullish();
const message = z.looseObject({ text, markdown: text, id: text }).nullish();
const rule = z.looseObject({
  id: text,
  name: text,
  shortDescription: message,
  helpUri: text,
  defaultConfiguration: z.looseObject({ level: text }).nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});
const result = z.looseObject({
  ruleId: text,
  ruleIndex: z.number().nullish(),
  rule: z.looseObject({ id: text, index: z.number().nullish() }).nullish(),
  level: text,
  kind: text,
  message,
  baselineState: text,
  guid: text,
  fingerprints: z.record(z.string(), z.string()).nullish(),
  partialFingerprints: z.record(z.string(), z.string()).nullish(),
  suppressions: z.array(z.unknown()).nullish(),
  locations: z
    .array(
      z.looseObject({
        physicalLocation: z
          .looseObject({
            artifactLocation: z.looseObject({ uri: text }).nullish(),
            region: z.looseObject({ startLine: z.number().nullish() }).nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
});
const run = z.looseObject({
  tool: z.looseObject({
    driver: z.looseObject({
      name: z.string({ error: 'it must be the name of the tool' }).min(1, 'it must not be empty'),
      rules: z.array(rule).nullish(),
    }),
  }),
  automationDetails: z.looseObject({ id: text }).nullish(),
  versionControlProvenance: z.array(z.looseObject({ repositoryUri: text, branch: text, revisionId: text })).nullish(),
  results: z.array(result).max(maxAlertsPerRequest, `it must have at most ${maxAlertsPerRequest} results`).nullish(),
});
const log = z.looseObject({
  version: z.literal('2.1.0', { error: 'it must be "2.1.0"' }),
  runs: z.array(run, { error: 'it must be a list of runs' }).max(50, 'it must have at most 50 runs'),
});
type Log = z.output<typeof log>;
type Run = z.output<typeof run>;
type Result = z.output<typeof result>;

export const sarif = defineSource<Log>({
  ...jsonWithToken,
  name,
  title: 'SARIF upload',
  contentTypes: ['application/sarif+json', 'application/json'],
  parse: ({ body }) => parseJson(body, log),
  normalise: ({ runs }, receivedAtMs) =>
    runs.flatMap((one) => (one.results ?? []).filter(isFinding).map((found) => alertOf(one, found, receivedAtMs))),
  snippet: (url, credential) => `# After the scanner, in a pipeline; results of at most 1 MiB at once
gzip -c results.sarif | curl -sS --fail '${url}' -H 'authorization: Bearer ${credential}' \\
  -H 'content-type: application/sarif+json' -H 'content-encoding: gzip' --data-binary @-
`,
  samples: samplesOf(sampleBody, { only: ['failed-deployment', 'service-down'] }),
  sign: (_body, credential) => ({ 'content-type': contentType, authorization: `Bearer ${credential}` }),
});

const contentType = 'application/sarif+json';

/** Not what passed, was not applicable, or was suppressed in the source. */
function isFinding({ kind, suppressions }: Result): boolean {
  return (kind == null || kind === 'fail' || kind === 'open' || kind === 'review') && !suppressions?.length;
}

function alertOf(one: Run, found: Result, receivedAtMs: number): Alert {
  const { driver } = one.tool;
  const repository = one.versionControlProvenance?.[0]?.repositoryUri ?? undefined;
  const ruleId = found.ruleId ?? found.rule?.id ?? undefined;
  const index = found.ruleIndex ?? found.rule?.index ?? -1;
  const about = driver.rules?.[index] ?? driver.rules?.find(({ id }) => id === ruleId);
  const where = found.locations?.[0]?.physicalLocation;
  const path = where?.artifactLocation?.uri ?? undefined;
  const line = where?.region?.startLine ?? undefined;
  const category = [driver.name, one.automationDetails?.id ?? '', repository ?? ''];
  const title = found.message?.text || about?.shortDescription?.text || about?.name || ruleId || 'Finding';
  return boundedAlert(
    {
      source: name,
      fingerprint: derivedId(24, name, ...category, ruleId ?? '', path ?? '', identityOf(found, line)),
      status: found.baselineState === 'absent' ? 'resolved' : 'firing',
      title: path ? `${title} (${path}${line ? `:${line}` : ''})` : title,
      description: about?.shortDescription?.text ?? undefined,
      severity: severityOf(found.level ?? about?.defaultConfiguration?.level, about?.properties?.['security-severity']),
      startsAt: undefined,
      labels: labelsFrom({ tool: driver.name, rule: ruleId, category: category[1], repository, path, line }),
      entities: entitiesFrom({ resource: [repository, path] }),
      groupKey: JSON.stringify(category),
      links: [
        { title: 'Rule', url: about?.helpUri ?? undefined },
        { title: 'Repository', url: repository },
      ],
    },
    receivedAtMs,
  );
}

/** The tool's own fingerprint holds while lines move; without one, the line it is. */
function identityOf({ guid, fingerprints, partialFingerprints }: Result, line: number | undefined): string {
  const given = Object.entries(fingerprints ?? partialFingerprints ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return given.length > 0 ? JSON.stringify(given) : (guid ?? String(line ?? ''));
}

/** By CVSS where the rule gives it, as GitHub reads SARIF. */
function severityOf(level: string | null | undefined, score: unknown): Severity {
  const cvss = Number(score ?? Number.NaN);
  if (cvss >= 9) return 'critical';
  if (cvss >= 7) return 'high';
  if (cvss >= 4) return 'medium';
  if (cvss > 0) return 'low';
  if (level === 'error') return 'high';
  return level === 'note' ? 'low' : level === 'none' ? 'info' : 'medium';
}

function sampleBody({ alertname, labels, summary, description, status }: SampleAlert) {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'CodeQL',
            rules: [
              {
                id: alertname,
                shortDescription: { text: description },
                helpUri: 'https://rules.example/1',
                properties: { 'security-severity': labels.severity === 'critical' ? '9.8' : '5.0' },
              },
            ],
          },
        },
        automationDetails: { id: 'shop/nightly' },
        versionControlProvenance: [{ repositoryUri: 'https://github.example/shop/checkout', branch: 'main' }],
        results: [
          {
            ruleId: alertname,
            ruleIndex: 0,
            level: 'error',
            message: { text: summary },
            ...(status === 'resolved' && { baselineState: 'absent' }),
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: `src/${labels.service}.ts` },
                  region: { startLine: 42 },
                },
              },
            ],
            partialFingerprints: { primaryLocationLineHash: '39fa2ee980eb94b0:1' },
          },
        ],
      },
    ],
  };
}
