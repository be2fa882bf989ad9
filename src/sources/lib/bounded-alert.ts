// Makes an alert of what a source found, within the bounds: by cutting, never by refusing.

import { type Alert, type AlertLink, type AlertStatus, alertBounds, type Entity } from '../../core/alert.ts';
import type { Severity } from '../../core/severity.ts';
import { plainLine } from '../../core/text.ts';
import { distinctEntities, entitiesOf, isHttpUrl } from './entities.ts';
import { severityHintOf } from './severity-words.ts';
import { cleanIdentity, cleanText } from './text.ts';

/** As the tool gave it. Times are read already. */
export interface FoundAlert {
  source: string;
  fingerprint: string;
  status: AlertStatus;
  title: string;
  description?: string | undefined;
  severity?: Severity | undefined;
  /** Undefined when the tool gives none; then it is the time of receipt. */
  startsAt: string | undefined;
  endsAt?: string | undefined;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  /** Named by the tool itself; those of labels and annotations are added. */
  entities?: Entity[];
  groupKey: string;
  links?: { title: string; url: string | undefined }[];
}

const linkLength = 2_000;
/** A start further ahead than clocks differ says nothing; believed, it would make every later alert look old. */
const maxStartAheadMs = 3_600_000;

export function boundedAlert(found: FoundAlert, receivedAtMs: number): Alert {
  const labels = boundedTexts(found.labels);
  const annotations = boundedTexts(found.annotations ?? {}, alertBounds.textLength);
  const isPlausible = found.startsAt !== undefined && Date.parse(found.startsAt) <= receivedAtMs + maxStartAheadMs;
  const startsAt = isPlausible ? found.startsAt : undefined;
  const severityHint = found.severity ?? severityHintOf(found.labels);
  return {
    source: found.source,
    fingerprint: cleanIdentity(found.fingerprint, alertBounds.fingerprintLength),
    status: found.status,
    title: plainLine(found.title, alertBounds.titleLength) || 'Untitled alert',
    ...(found.description && { description: cleanText(found.description, alertBounds.textLength) }),
    ...(severityHint && { severityHint }),
    startsAt: startsAt ?? new Date(receivedAtMs).toISOString(),
    ...(startsAt === undefined && { startsAtAssumed: true as const }),
    // A firing alert has no end; what tools send there is when they would give up on it.
    ...(found.status === 'resolved' && found.endsAt && { endsAt: found.endsAt }),
    labels,
    annotations,
    entities: distinctEntities([...(found.entities ?? []), ...entitiesOf(found.labels, found.annotations ?? {})]),
    groupKey: cleanIdentity(found.groupKey, alertBounds.groupKeyLength),
    links: boundedLinks(found.links ?? []),
  };
}

function boundedTexts(texts: Record<string, string>, length: number = alertBounds.labelLength): Record<string, string> {
  const kept = Object.entries(texts).slice(0, alertBounds.labels);
  for (const entry of kept) {
    entry[0] = cleanText(entry[0], alertBounds.labelLength);
    entry[1] = cleanText(entry[1], length);
  }
  return Object.fromEntries(kept);
}

/** Only http and https: a link is to be clicked. One that is too long is dropped, as half of it leads nowhere. */
function boundedLinks(links: { title: string; url: string | undefined }[]): AlertLink[] {
  const kept: AlertLink[] = [];
  for (const { title, url } of links) {
    if (!url || url.length > linkLength || kept.length === alertBounds.links) continue;
    const clean = cleanText(url.trim(), linkLength);
    if (isHttpUrl(clean)) kept.push({ title: plainLine(title, alertBounds.titleLength) || 'Link', url: clean });
  }
  return kept;
}
