// Which earlier incidents are like this one, how, and what came of them.

import type { Entity } from '../alert.ts';
import { counted } from '../explain/explanation.ts';
import { allSteps, type IncidentState } from '../incident/state.ts';
import type { Disposition, IncidentStatus } from '../incident/status.ts';
import { plainLine } from '../text.ts';

/** What incidents are compared by. */
export interface Likeness {
  rule: string | null;
  kindKey: string | null;
  service: string | null;
  groupId: string;
}

/** Times are ISO-8601. */
export interface Candidate extends Likeness {
  id: string;
  title: string;
  openedAt: string;
  status: IncidentStatus;
  disposition: Disposition | null;
  playbook: string | null;
  /** Of what this incident is about. */
  shared: readonly Entity[];
}

export interface SimilarIncident extends Candidate {
  likeness: number;
  /** In words: what both have in common. */
  because: string[];
}

export const mostSimilar = 5;
const mostEntitiesCounted = 4;
/** A common service alone is no likeness worth showing. */
const leastLikeness = 2;
const weight = { group: 4, kind: 3, rule: 2, entity: 2, service: 1 } as const;

/** The most alike first, of equals the newest; in whatever order the candidates come. */
export function mostAlike(of: Likeness, candidates: readonly Candidate[], most = mostSimilar): SimilarIncident[] {
  return candidates
    .map((candidate) => compared(of, candidate))
    .filter(({ likeness }) => likeness >= leastLikeness)
    .sort((a, b) => b.likeness - a.likeness || inOrder(b.openedAt, a.openedAt) || inOrder(a.id, b.id))
    .slice(0, most);
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compared(of: Likeness, candidate: Candidate): SimilarIncident {
  const { groupId, kindKey, rule, service, shared } = candidate;
  const isKind = kindKey !== null && kindKey === of.kindKey;
  const found: [number, string][] = [];
  if (groupId === of.groupId) found.push([weight.group, 'the same group of alerts']);
  if (isKind) found.push([weight.kind, 'the same kind of incident']);
  else if (rule !== null && rule === of.rule) found.push([weight.rule, `rule ${rule}`]);
  if (service !== null && service === of.service)
    found.push([weight.service, `service ${plainLine(service, longestName)}`]);
  if (shared.length > 0) {
    const counting = Math.min(shared.length, mostEntitiesCounted);
    found.push([weight.entity * counting, `about the same: ${entityWords(shared)}`]);
  }
  const likeness = found.reduce((sum, [score]) => sum + score, 0);
  return { ...candidate, likeness, because: found.map(([, words]) => words) };
}

const longestName = 80;
const longestTitle = 150;
const mostNamed = 3;

function entityWords(shared: readonly Entity[]): string {
  const named = shared.slice(0, mostNamed).map(({ kind, value }) => `${kind} ${plainLine(value, longestName)}`);
  const more = shared.length - named.length;
  return `${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

/** Titles of actions that changed something, were found to have worked, and were not undone. */
export function whatWorked(state: IncidentState): string[] {
  return allSteps(state)
    .filter(({ id, kind }) => kind !== 'check' && hasWorked(state.steps[id]))
    .map(({ title }) => title);
}

const hasWorked = (step: IncidentState['steps'][string] | undefined): boolean =>
  step?.outcome?.result === 'done' && step.undone === undefined;

type Ended = Pick<Candidate, 'status' | 'disposition' | 'playbook'> & { worked: readonly string[] };

/** How it ended and what worked. */
export function outcomeWords({ status, disposition, playbook, worked }: Ended): string {
  const verdict = disposition === null ? '' : ` as ${disposition.replaceAll('_', ' ')}`;
  const by = playbook === null ? '' : `, playbook ${playbook}`;
  const did = worked.slice(0, mostNamed).map((title) => plainLine(title, longestName));
  const more = worked.length > did.length ? `, and ${counted(worked.length - did.length, 'more step')}` : '';
  return `${status}${verdict}${by}${did.length > 0 ? `; what worked: ${did.join(', ')}${more}` : ''}`;
}

/** One line for people. */
export function similarWords(one: Ended & Pick<SimilarIncident, 'id' | 'title' | 'openedAt' | 'because'>): string {
  const { id, title, openedAt, because } = one;
  return `incident ${id} of ${openedAt.slice(0, 10)}, ${plainLine(title, longestTitle)}: ${outcomeWords(one)} (${because.join('; ')})`;
}
