// What any tool posts, made into alerts by a mapping of the response plan (sources.yaml): /alerts/mapped/<mapping>. The
// sender proves itself as that of the generic format does, by Standard Webhooks, or by a token where it cannot sign.

import { randomBytes } from 'node:crypto';
import { type Alert, type Entity, entityKinds } from '../core/alert.ts';
import type { Json } from '../core/canonical.ts';
import { evaluateMapping, type MappingScope, mappingScope, placeInBody } from '../core/expression/mapping.ts';
import { mappingNames } from '../core/plan/check-sources.ts';
import type { Mapping } from '../core/plan/sources.ts';
import { verifyToken } from './lib/authentication.ts';
import { boundedAlert } from './lib/bounded-alert.ts';
import { entityOf } from './lib/entities.ts';
import { maxAlertsPerRequest, readJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { severityOfWord } from './lib/severity-words.ts';
import { secretPrefix, signStandardWebhook, verifyStandardWebhook } from './lib/standard-webhooks.ts';
import { cleanIdentity } from './lib/text.ts';
import { readTime, timeOfEpoch } from './lib/times.ts';
import { defineSource, MalformedAlert, type SourceRequest, type SourceWorld } from './source.ts';

const name = 'mapped';
const shipped = 'uptime-kuma';

interface Payload {
  mapping: Mapping;
  body: Json;
}

export const mapped = defineSource<Payload>({
  name,
  title: 'Any JSON, by a mapping of the response plan',
  authentication: 'standard-webhooks',
  contentTypes: ['application/json'],
  newCredential: () => `${secretPrefix}${randomBytes(32).toString('base64')}`,
  verify: (request, credentials) => {
    if (request.headers['webhook-signature'] !== undefined) return verifyStandardWebhook(request, credentials);
    // After the mapping's name, where it is in the address.
    return verifyToken({ ...request, path: request.path.slice(1) }, credentials.flatMap(tokensOf));
  },
  deliveryId: ({ headers }) => cleanIdentity(headers['webhook-id'] ?? '', 256) || undefined,
  parse: (request, world) => ({ mapping: mappingOf(request, world), body: readJson(request.body) as Json }),
  normalise: ({ mapping, body }, receivedAtMs) =>
    scopesOf(mapping, body).flatMap(({ scope, place }) => alertOf(mapping, scope, place, receivedAtMs) ?? []),
  snippet: (
    url,
    credential,
  ) => `# Once there is a mapping in sources.yaml of the response plan: its name ends the address.
URL: ${url}/${shipped}
Method: POST    Body: JSON
Header: Authorization: Bearer ${credential.slice(secretPrefix.length)}
# or, where no header can be set, the credential ends the address (its "/" as %2F)
# or sign with it by Standard Webhooks: ${credential}
`,
  samplePath: shipped,
  samples: samplesOf(sampleBody, { only: ['service-down'] }),
  sign: signStandardWebhook,
});

/** Without its prefix too: a token is copied from either place. */
const tokensOf = (credential: string): string[] => [credential, credential.slice(secretPrefix.length)];

function mappingOf({ path }: SourceRequest, { settings }: SourceWorld): Mapping {
  const [asked = ''] = path;
  const found = settings.mappings.find((mapping) => mapping.name === asked);
  if (found) return found;
  const known = settings.mappings.map((mapping) => mapping.name).join(', ') || 'none';
  throw new MalformedAlert('path', `found no mapping ${JSON.stringify(asked.slice(0, 60))}; sources.yaml has ${known}`);
}

function scopesOf(mapping: Mapping, body: Json): { scope: MappingScope; place: string }[] {
  const names = mappingNames(mapping);
  if (mapping.each === undefined) return [{ scope: mappingScope(names, body), place: 'body' }];
  const items = placeInBody(mapping.each, body);
  const listed = mapping.each.replace(/^=\s*/, '');
  if (!Array.isArray(items)) throw new MalformedAlert(listed, 'found no list there');
  if (items.length > maxAlertsPerRequest) {
    throw new MalformedAlert(listed, `found ${items.length} alerts; it must have at most ${maxAlertsPerRequest}`);
  }
  return items.map((item: Json, index) => ({ scope: mappingScope(names, body, item), place: `${listed}[${index}]` }));
}

function alertOf(mapping: Mapping, scope: MappingScope, place: string, receivedAtMs: number): Alert | undefined {
  if (mapping.when !== undefined && evaluateMapping(mapping.when, scope) !== true) return undefined;
  const text = (expression: string | undefined): string | undefined => {
    const value = expression === undefined ? undefined : evaluateMapping(expression, scope);
    return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
  };
  const needed = (key: 'fingerprint' | 'title'): string => {
    const found = text(mapping[key]);
    if (found?.trim()) return found;
    throw new MalformedAlert(place, `the mapping ${mapping.name} finds no ${key} in it: ${mapping[key]}`);
  };
  const time = (key: 'starts_at' | 'ends_at'): string | undefined => {
    const found = text(mapping[key]);
    return timeOfEpoch(found) ?? readTime(found, `${place}, ${key} of the mapping`);
  };
  const isOver = mapping.resolved !== undefined && evaluateMapping(mapping.resolved, scope) === true;
  const fingerprint = JSON.stringify([mapping.name, needed('fingerprint')]);
  const group = text(mapping.group);
  return boundedAlert(
    {
      source: name,
      fingerprint,
      status: isOver ? 'resolved' : 'firing',
      title: needed('title'),
      description: text(mapping.description),
      severity: severityOfWord(text(mapping.severity) ?? ''),
      startsAt: time('starts_at'),
      endsAt: isOver ? time('ends_at') : undefined,
      labels: {
        ...Object.fromEntries(
          Object.entries(mapping.labels).flatMap(([label, value]) => {
            const found = text(value);
            return found === undefined || found === '' ? [] : [[label, found]];
          }),
        ),
        mapping: mapping.name,
      },
      entities: entitiesOf(mapping, scope),
      groupKey: group ? JSON.stringify([mapping.name, 'group', group]) : fingerprint,
      links: [{ title: 'Source', url: text(mapping.url) }],
    },
    receivedAtMs,
  );
}

function entitiesOf({ entities }: Mapping, scope: MappingScope): Entity[] {
  return entityKinds.flatMap((kind) => {
    const found = entities[kind] === undefined ? undefined : evaluateMapping(entities[kind], scope);
    const values = Array.isArray(found) ? found : [found];
    return values.flatMap((value) => (typeof value === 'string' && entityOf(kind, value)) || []);
  });
}

/** As Uptime Kuma sends it, whose mapping ships with the plan. */
function sampleBody({ labels, summary, description, status, startsAt, fingerprint }: SampleAlert) {
  const isUp = status === 'resolved';
  return {
    heartbeat: {
      monitorID: 1,
      status: isUp ? 1 : 0,
      time: startsAt.replace('T', ' ').replace('Z', ''),
      msg: isUp ? '200 - OK' : description,
      ping: null,
      important: true,
      duration: 60,
    },
    monitor: {
      id: fingerprint,
      name: labels.service,
      url: 'https://shop.example/health',
      hostname: labels.instance,
      type: 'http',
      interval: 60,
    },
    msg: `[${labels.service}] ${summary}`,
  };
}
