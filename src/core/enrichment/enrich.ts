// What is known of the things that an incident is about: by the indicator lists and the assets of the plan, and by earlier
// incidents. Rules can ask for it, and it is among the reasons.

import { type Alert, type Entity, entityKinds } from '../alert.ts';
import type { Asset, IndicatorList } from '../plan/indicators.ts';
import type { ResponsePlan } from '../plan/response-plan.ts';
import type { EarlierIncident } from '../triage/facts.ts';
import { ValueIndex } from './value-index.ts';

/** Of things that no list of assets names: as unremarkable as a service that the catalog does not know. */
export const unknownCriticality = 3;

export interface Enrichment {
  bad: Found<IndicatorList>[];
  good: Found<IndicatorList>[];
  assets: Found<Asset>[];
  /** Of the asset that matters most; null when none is known. */
  criticality: number | null;
  earlier: { incidents: number; falsePositives: number; newest: EarlierIncident | undefined };
}

interface Found<Entry> {
  entity: Entity;
  entry: Entry;
}

const mostEntities = 200;

export function enrich(
  plan: ResponsePlan,
  alerts: readonly Alert[],
  earlier: readonly EarlierIncident[],
  atMs: number,
): Enrichment {
  const { indicators, assets } = indexOf(plan);
  const entities = distinct(alerts);
  const listed = entities.flatMap((entity) =>
    indicators
      .find(entity.value)
      .filter((list) => (list.kinds?.includes(entity.kind) ?? true) && isInForce(list, atMs))
      .map((entry) => ({ entity, entry })),
  );
  const found = entities.flatMap((entity) =>
    assets
      .find(entity.value)
      .filter(({ kind }) => kind === entity.kind)
      .map((entry) => ({ entity, entry })),
  );
  const [newest] = [...earlier].sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
  return {
    bad: listed.filter(({ entry }) => entry.verdict === 'bad'),
    good: listed.filter(({ entry }) => entry.verdict === 'good'),
    assets: found,
    criticality: found.length === 0 ? null : Math.min(...found.map(({ entry }) => entry.criticality)),
    earlier: {
      incidents: earlier.length,
      falsePositives: earlier.filter(({ disposition }) => disposition === 'false_positive').length,
      newest,
    },
  };
}

/**
 * Of the asset that an action touches; null when nobody named it.
 * @param target as actions name it: `service:shop`, `ip:203.0.113.0/24`; a kind that alerts do not know is a resource
 */
export function criticalityOf(plan: ResponsePlan, target: string): number | null {
  const [, written = '', value = ''] = /^([^:]+):(.+)$/s.exec(target) ?? [];
  const kind = entityKinds.find((one) => one === written) ?? 'resource';
  const wanted = kind === 'ip' ? value.replace(/\/\d+$/, '') : value;
  const found = indexOf(plan)
    .assets.find(wanted)
    .filter((entry) => entry.kind === kind);
  return found.length === 0 ? null : Math.min(...found.map(({ criticality }) => criticality));
}

/** One line of each kind. */
export function enrichmentReasons({ bad, good, assets, earlier }: Enrichment): string[] {
  const listed = (found: Found<IndicatorList>[], verdict: string) =>
    someOf(found.map(({ entity, entry }) => `${entity.kind} ${entity.value} is known ${verdict} (list ${entry.name})`));
  const { incidents, falsePositives, newest } = earlier;
  const history = newest
    ? `${incidents} earlier incident${incidents === 1 ? '' : 's'} about the same, ${falsePositives} of them false positives; the last is ${newest.id} of ${newest.openedAt.slice(0, 10)}`
    : undefined;
  return [
    listed(bad, 'bad'),
    listed(good, 'good'),
    someOf(assets.map(({ entity, entry }) => `${entity.kind} ${entity.value} has criticality ${entry.criticality}`)),
    history,
  ].filter((line) => line !== undefined);
}

const mostNamed = 3;

function someOf(lines: string[]): string | undefined {
  if (lines.length === 0) return undefined;
  const more = lines.length > mostNamed ? `, and ${lines.length - mostNamed} more` : '';
  return `${lines.slice(0, mostNamed).join(', ')}${more}`;
}

const isInForce = ({ until }: IndicatorList, atMs: number): boolean => until === undefined || atMs < Date.parse(until);

function distinct(alerts: readonly Alert[]): Entity[] {
  const all = new Map(alerts.flatMap((alert) => alert.entities).map((one) => [`${one.kind} ${one.value}`, one]));
  return [...all.values()].slice(0, mostEntities);
}

interface PlanIndex {
  indicators: ValueIndex<IndicatorList>;
  assets: ValueIndex<Asset>;
}

const made = new WeakMap<ResponsePlan, PlanIndex>();

/** Made once for a plan: lists are long. */
function indexOf(plan: ResponsePlan): PlanIndex {
  const known = made.get(plan);
  if (known) return known;
  const index: PlanIndex = { indicators: new ValueIndex(), assets: new ValueIndex() };
  for (const list of plan.indicators) for (const value of list.values) index.indicators.add(value, list);
  for (const asset of plan.assets?.assets ?? []) for (const value of asset.values) index.assets.add(value, asset);
  made.set(plan, index);
  return index;
}
