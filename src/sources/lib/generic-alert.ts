// One alert in Firebreak's own format, wherever it comes from: checked, and normalised.

import { z } from 'zod';
import { type Entity, entityKinds } from '../../core/alert.ts';
import { derivedId } from '../../core/ids.ts';
import { severities } from '../../core/severity.ts';
import { MalformedAlert } from '../source.ts';
import type { FoundAlert } from './bounded-alert.ts';
import { entityOf } from './entities.ts';
import { severityOfWord } from './severity-words.ts';
import { readTime } from './times.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'it must be a text, a number or a boolean' });
const texts = z
  .record(z.string(), scalar)
  .nullish()
  .transform((given) => Object.fromEntries(Object.entries(given ?? {}).map(([key, value]) => [key, String(value)])));
const optionalText = z.string().nullish();

/** docs/sources.md shows it. */
export const genericAlert = z.looseObject({
  fingerprint: optionalText,
  status: z.enum(['firing', 'resolved'], { error: 'it must be "firing" or "resolved"' }),
  title: z.string().refine((title) => title.trim() !== '', 'it must not be empty'),
  description: optionalText,
  severity: optionalText,
  startsAt: optionalText,
  endsAt: optionalText,
  labels: texts,
  annotations: texts,
  entities: z.array(z.looseObject({ kind: z.string(), value: z.string() })).nullish(),
  groupKey: optionalText,
  links: z.array(z.looseObject({ title: z.string(), url: z.string() })).nullish(),
});
export type GenericAlert = z.output<typeof genericAlert>;

/** Names a place within the alert, for what is wrong there. */
export type Place = (...rest: (string | number)[]) => string;

export function foundIn(alert: GenericAlert, place: Place): Omit<FoundAlert, 'source'> {
  const entities = (alert.entities ?? []).map((entity, index) =>
    readEntity(entity, (...rest) => place('entities', index, ...rest)),
  );
  const fingerprint = alert.fingerprint || fingerprintOf(alert);
  return {
    fingerprint,
    status: alert.status,
    title: alert.title,
    description: alert.description ?? undefined,
    severity: readSeverity(alert.severity, place),
    startsAt: readTime(alert.startsAt, place('startsAt')),
    endsAt: readTime(alert.endsAt, place('endsAt')),
    labels: alert.labels,
    annotations: alert.annotations,
    entities,
    // An alert of no group is a group of its own.
    groupKey: alert.groupKey ? `group:${alert.groupKey}` : `alert:${fingerprint}`,
    links: alert.links ?? [],
  };
}

/** The same finding says the same of itself, whether it fires or is resolved; numbers in descriptions change. */
function fingerprintOf({ title, labels, entities }: GenericAlert): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return derivedId(24, 'generic', JSON.stringify([title, sorted, entities ?? []]));
}

function readSeverity(word: string | null | undefined, place: Place) {
  if (word === undefined || word === null || word === '') return undefined;
  const severity = severityOfWord(word);
  if (severity) return severity;
  throw new MalformedAlert(place('severity'), `found ${quote(word)}; it must be one of ${severities.join(', ')}`);
}

function readEntity({ kind, value }: { kind: string; value: string }, place: Place): Entity {
  const known = entityKinds.find((one) => one === kind);
  if (!known) {
    throw new MalformedAlert(place('kind'), `found ${quote(kind)}; it must be one of ${entityKinds.join(', ')}`);
  }
  const entity = entityOf(known, value);
  if (entity) return entity;
  throw new MalformedAlert(place('value'), `found ${quote(value)}; it must be a value of kind ${kind}`);
}

const quote = (text: string): string => JSON.stringify(text.slice(0, 60));
