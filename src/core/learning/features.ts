// What the model sees of an incident: numbered buckets, each with a name for people. Values from outside (labels, hosts,
// users, titles) are hashed into the number and appear nowhere else, so that model and cases keep no personal data.

import type { Alert } from '../alert.ts';
import { plainLine } from '../text.ts';
import { type IncidentFacts, newestFirst, tellingKinds } from '../triage/facts.ts';
import type { Triage } from '../triage/triage.ts';
import { bucketOf } from './bucket.ts';

export interface Feature {
  /** For people: a word of the plan or the catalog, or the name of a label, never its value. */
  name: string;
  bucket: number;
  /** Above 0, at most 1: features of one group share its weight. */
  value: number;
}

/** Cases that another version described are described anew before anything is learnt from them. */
export const featureVersion = 1;

const mostLabels = 40;
const mostEntities = 20;
const mostGroups = 5;
const longestName = 60;

/** The same for the same incident, in whatever order its alerts are read. */
export function featuresOf(facts: IncidentFacts, triaged: Triage): Feature[] {
  const alerts = newestFirst(facts.alerts);
  const { rule, service, severity, enrichment, catalogued } = triaged;
  const openedAt = new Date(facts.opened.detectedAt);
  const entities = alerts.flatMap((alert) => alert.entities);
  const telling = entities.filter(({ kind }) => tellingKinds.some((one) => one === kind));
  const groups = [
    [said('every incident', 'bias', '')],
    [said(rule === null ? 'no rule matched' : `rule ${rule}`, 'rule', rule ?? '')],
    [said(service === null ? 'no service' : `service ${service}`, 'service', service ?? '')],
    [said('its rule on its service', 'rule+service', JSON.stringify([rule, service]))],
    [said(`severity ${severity}`, 'severity', severity)],
    [said(tierName(catalogued?.tier), 'tier', String(catalogued?.tier ?? ''))],
    [hourOf(openedAt), dayOf(openedAt)],
    [said('how many alerts', 'alerts', countWord(alerts.length))],
    some(
      alerts.map(({ source }) => said(`source ${source}`, 'source', source)),
      mostGroups,
    ),
    some(
      alerts.map(({ title }) => said('its title', 'title', titleShape(title))),
      mostGroups,
    ),
    some(
      alerts.map(({ source, groupKey }) => said('its group', 'group', JSON.stringify([source, groupKey]))),
      mostGroups,
    ),
    some(
      entities.map(({ kind }) => said(`about a ${kind}`, 'kind', kind)),
      mostEntities,
    ),
    some(
      telling.map(({ kind, value }) => said(`this ${kind}`, `entity ${kind}`, value)),
      mostEntities,
    ),
    some(labelsOf(alerts), mostLabels),
    some(
      enrichment.bad.map(({ entry }) => said(`known bad by ${entry.name}`, 'bad', entry.name)),
      mostGroups,
    ),
    some(
      enrichment.good.map(({ entry }) => said(`known good by ${entry.name}`, 'good', entry.name)),
      mostGroups,
    ),
    [said('earlier incidents about the same', 'earlier', earlierWord(enrichment.earlier))],
  ];
  return groups.flatMap(shared);
}

interface Said {
  name: string;
  bucket: number;
}

function said(name: string, kind: string, value: string): Said {
  return { name: plainLine(name, longestName), bucket: bucketOf(kind, value) };
}

/** Each once, in an order of its own, and not more than so many. */
function some(all: readonly Said[], most: number): Said[] {
  const distinct = [...new Map(all.map((one) => [one.bucket, one])).values()];
  return distinct.sort((a, b) => a.bucket - b.bucket).slice(0, most);
}

/** A storm of labels counts no more than one: the length of a group's vector is 1. */
const shared = (group: readonly Said[]): Feature[] =>
  group.map((one) => ({ ...one, value: 1 / Math.sqrt(group.length) }));

const labelsOf = (alerts: readonly Alert[]): Said[] =>
  alerts.flatMap(({ labels }) =>
    Object.entries(labels).map(([name, value]) => said(`label ${name}`, `label ${name}`, value)),
  );

/** Numbers and ids differ each time; what is left says what kind of finding it is. */
export const titleShape = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[0-9a-f]*\d[0-9a-f.:-]*/g, '#')
    .replace(/\s+/g, ' ')
    .trim();

const tierName = (tier: number | undefined): string => (tier === undefined ? 'no tier' : `tier ${tier}`);

function hourOf(at: Date): Said {
  const from = Math.floor(at.getUTCHours() / 4) * 4;
  return said(`opened from ${from} to ${from + 4} h UTC`, 'hour', String(from));
}

function dayOf(at: Date): Said {
  const isWeekend = at.getUTCDay() % 6 === 0;
  return said(isWeekend ? 'on a weekend' : 'on a working day', 'weekend', String(isWeekend));
}

const countWord = (count: number): string => (count <= 1 ? '1' : count <= 5 ? '2-5' : count <= 20 ? '6-20' : 'more');

function earlierWord({ incidents, falsePositives }: { incidents: number; falsePositives: number }): string {
  if (incidents === 0) return 'none';
  const share = falsePositives / incidents;
  return `${countWord(incidents)} ${share === 0 ? 'none' : share < 0.5 ? 'some' : share < 1 ? 'most' : 'all'}`;
}
