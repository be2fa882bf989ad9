// What expressions see of an incident: bounded copies of its facts, in the classes that the type checker knows.
// Labels are Maps, so that `constructor` and `__proto__` are keys like any other.

import { type Alert, entityKinds } from '../alert.ts';
import { type Enrichment, unknownCriticality } from '../enrichment/enrich.ts';
import type { Service } from '../plan/services.ts';
import type { Severity } from '../severity.ts';
import { cutText } from '../text.ts';

/** Expressions see no more than this of a storm: their cost is bounded by it. Lengths in characters. */
export const scopeBounds = { alerts: 50, values: 50, entries: 50, text: 2_000 } as const;

/** Tier of a service that the catalog does not know. */
export const unknownTier = 3;

export class CelEntity {
  kind = '';
  value = '';
}

export class CelAlert {
  source = '';
  fingerprint = '';
  status = '';
  title = '';
  description = '';
  /** Empty when the source gave none. */
  severity = '';
  startsAt = new Date(0);
  labels = new Map<string, string>();
  annotations = new Map<string, string>();
  entities: CelEntity[] = [];
}

export class CelIncident {
  id = '';
  title = '';
  severity = '';
  impactStartedAt = new Date(0);
  openedAt = new Date(0);
  drill = false;
}

/** When the service is unknown, `known` is false, the texts are empty and the tier is that of an unremarkable one. */
export class CelService {
  known = false;
  name = '';
  title = '';
  team = '';
  tier = BigInt(unknownTier);
}

export class CelEntities {
  ip: string[] = [];
  host: string[] = [];
  user: string[] = [];
  service: string[] = [];
  process: string[] = [];
  hash: string[] = [];
  url: string[] = [];
  resource: string[] = [];
  key: string[] = [];
}

/** Values of the incident's entities that are on lists of the plan. */
export class CelIndicators {
  bad: string[] = [];
  good: string[] = [];
}

export class CelAssets {
  criticality = BigInt(unknownCriticality);
}

/** Incidents of the last 90 days that have ended, about the same things. */
export class CelHistory {
  incidents = 0n;
  falsePositives = 0n;
}

export interface Scope {
  incident: CelIncident;
  /** Newest first. */
  alerts: CelAlert[];
  /** Distinct values of all alerts, by kind. */
  entities: CelEntities;
  service: CelService;
  /** Labels that all alerts share. */
  labels: Map<string, string>;
  indicators: CelIndicators;
  assets: CelAssets;
  history: CelHistory;
  [name: string]: unknown;
}

export interface ScopeFacts {
  incident: {
    id: string;
    title: string;
    severity: Severity;
    impactStartedAt: string;
    openedAt: string;
    drill: boolean;
  };
  /** Newest first. */
  alerts: readonly Alert[];
  service: Service | undefined;
  /** Name of a service that the catalog does not know. */
  serviceName: string | null;
  enrichment: Enrichment;
}

export function scopeOf(facts: ScopeFacts): Scope {
  const alerts = facts.alerts.slice(0, scopeBounds.alerts).map(celAlert);
  return {
    incident: Object.assign(new CelIncident(), {
      id: facts.incident.id,
      title: cut(facts.incident.title),
      severity: facts.incident.severity,
      impactStartedAt: time(facts.incident.impactStartedAt),
      openedAt: time(facts.incident.openedAt),
      drill: facts.incident.drill,
    }),
    alerts,
    entities: entitiesOf(alerts),
    service: celService(facts.service, facts.serviceName),
    labels: commonLabels(alerts),
    ...enriched(facts.enrichment),
  };
}

function enriched({ bad, good, criticality, earlier }: Enrichment): Pick<Scope, 'indicators' | 'assets' | 'history'> {
  const valuesOf = (found: Enrichment['bad']): string[] =>
    [...new Set(found.map(({ entity }) => cut(entity.value)))].slice(0, scopeBounds.values);
  return {
    indicators: Object.assign(new CelIndicators(), { bad: valuesOf(bad), good: valuesOf(good) }),
    assets: Object.assign(new CelAssets(), { criticality: BigInt(criticality ?? unknownCriticality) }),
    history: Object.assign(new CelHistory(), {
      incidents: BigInt(earlier.incidents),
      falsePositives: BigInt(earlier.falsePositives),
    }),
  };
}

function celService(service: Service | undefined, serviceName: string | null): CelService {
  if (!service) return Object.assign(new CelService(), { name: cut(serviceName ?? '') });
  return Object.assign(new CelService(), {
    known: true,
    name: service.name,
    title: service.title ?? service.name,
    team: service.team ?? '',
    tier: BigInt(service.tier),
  });
}

function celAlert(alert: Alert): CelAlert {
  return Object.assign(new CelAlert(), {
    source: alert.source,
    fingerprint: cut(alert.fingerprint),
    status: alert.status,
    title: cut(alert.title),
    description: cut(alert.description ?? ''),
    severity: alert.severityHint ?? '',
    startsAt: time(alert.startsAt),
    labels: entriesOf(alert.labels),
    annotations: entriesOf(alert.annotations),
    entities: alert.entities.slice(0, scopeBounds.values).map(celEntity),
  });
}

function celEntity({ kind, value }: Alert['entities'][number]): CelEntity {
  return Object.assign(new CelEntity(), { kind, value: cut(value) });
}

function entitiesOf(alerts: readonly CelAlert[]): CelEntities {
  const all = new CelEntities();
  for (const kind of entityKinds) {
    const values = alerts.flatMap((alert) => alert.entities).filter((entity) => entity.kind === kind);
    all[kind] = [...new Set(values.map((entity) => entity.value))].slice(0, scopeBounds.values);
  }
  return all;
}

function commonLabels(alerts: readonly CelAlert[]): Map<string, string> {
  const [first, ...others] = alerts;
  const shared = [...(first?.labels ?? [])].filter(([key, value]) =>
    others.every((alert) => alert.labels.get(key) === value),
  );
  return new Map(shared);
}

/** In the order of their names, so that the cut does not depend on the sender's order. */
function entriesOf(record: Record<string, string>): Map<string, string> {
  const names = Object.keys(record).sort().slice(0, scopeBounds.entries);
  return new Map(names.map((key) => [cut(key), cut(record[key] ?? '')]));
}

const cut = (text: string): string => cutText(text, scopeBounds.text);

/** An unreadable time is the epoch: comparisons stay total. */
function time(text: string): Date {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}
