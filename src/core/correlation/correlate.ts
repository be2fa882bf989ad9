// Correlation: does a new incident belong to an older one that is still open? Only where a triage rule says so: about the
// same service, about a service that it depends on or that depends on it, or about the same things.

import type { Entity } from '../alert.ts';
import type { Correlate } from '../plan/rules.ts';
import { type Service, serviceNamed } from '../plan/services.ts';
import { durationMs } from '../plan/values.ts';
import { compareSeverity, type Severity } from '../severity.ts';
import type { OpenIncident } from '../triage/facts.ts';

export interface NewIncident {
  id: string;
  service: string | null;
  severity: Severity;
  openedAt: string;
  drill: boolean;
}

/** The incident to join and why; the oldest when there are several. */
export function correlate(
  incident: NewIncident,
  conditions: readonly Correlate[],
  open: readonly OpenIncident[],
  services: readonly Service[],
): { into: string; reason: string } | undefined {
  // A drill never changes a real incident, nor hides in one.
  if (incident.drill) return undefined;
  for (const condition of conditions) {
    const [oldest] = open
      .flatMap((other) => {
        const shared = mayJoin(incident, condition, other) && sharedBy(incident, condition, other, services);
        return shared ? [{ other, shared }] : [];
      })
      .sort((a, b) => oldestFirst(a.other, b.other));
    if (oldest) return { into: oldest.other.id, reason: `${oldest.shared} within ${condition.within}` };
  }
  return undefined;
}

function mayJoin(incident: NewIncident, condition: Correlate, other: OpenIncident): boolean {
  if (other.drill || other.id === incident.id) return false;
  if (condition.into && !condition.into.includes(other.playbook ?? '')) return false;
  // Joining ends a response of its own, so what is worse than the older incident stays by itself.
  if (compareSeverity(incident.severity, other.severity) < 0) return false;
  const ageMs = Date.parse(incident.openedAt) - Date.parse(other.openedAt);
  return ageMs >= 0 && ageMs <= durationMs(condition.within) && isOlder(other, incident);
}

/** What both have in common, for people; undefined when that is nothing. */
function sharedBy(
  incident: NewIncident,
  condition: Correlate,
  other: OpenIncident,
  services: readonly Service[],
): string | undefined {
  if (condition.by === 'entity') return sharedEntities(condition, other.shared);
  const named = (service: string | null): string | null =>
    service && (serviceNamed(services, service)?.name ?? service);
  const [mine, theirs] = [named(incident.service), named(other.service)];
  if (mine === null || theirs === null) return undefined;
  if (condition.by === 'service') return mine === theirs ? `same service ${mine}` : undefined;
  if (mine === theirs) return undefined;
  if (dependsOn(mine, theirs, services)) return `${mine} depends on ${theirs}`;
  return dependsOn(theirs, mine, services) ? `${theirs} depends on ${mine}` : undefined;
}

function sharedEntities({ kinds }: Correlate, shared: readonly Entity[]): string | undefined {
  const [first, ...others] = shared.filter(({ kind }) => !kinds || (kinds as readonly string[]).includes(kind));
  if (!first) return undefined;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `same ${first.kind} ${first.value}${more}`;
}

/** Chains that are longer say little. */
const mostSteps = 4;

function dependsOn(from: string, to: string, services: readonly Service[]): boolean {
  let reached = new Set([from]);
  for (let step = 0; step < mostSteps && reached.size > 0; step += 1) {
    reached = new Set([...reached].flatMap((name) => serviceNamed(services, name)?.depends_on ?? []));
    if (reached.has(to)) return true;
  }
  return false;
}

/** Of two opened in the same moment one is the older by its id, so that they never join each other. */
function isOlder(other: OpenIncident, incident: NewIncident): boolean {
  const apartMs = Date.parse(incident.openedAt) - Date.parse(other.openedAt);
  return apartMs > 0 || other.id < incident.id;
}

function oldestFirst(a: OpenIncident, b: OpenIncident): number {
  return Date.parse(a.openedAt) - Date.parse(b.openedAt) || (a.id < b.id ? -1 : 1);
}
