// What ought to become of the messages, as plainly as it can be said: lists, and the rules one by one. Knows nothing of
// how the inbox does it.

import type { Finding, Message } from './messages.ts';

export type Place =
  | { group: string; generation: number }
  | 'late'
  | 'resolved_unseen'
  | 'silenced'
  | 'inhibited'
  | 'flapping'
  | 'below_threshold';

export interface Episode {
  finding: Finding;
  /** When it was received, where its source does not tell. */
  startsAt: number;
  firing: boolean;
  place: Place;
  /** Of flapping ones. */
  until: number;
  /** What its incident was told of it. */
  told: ('fired' | 'resolved')[];
}

interface ModelRules {
  silence: { from: number; until: number };
  login: { atLeast: number; withinMs: number };
  flap: { moreThan: number; withinMs: number };
}

const isWithheld = ({ firing, place }: Episode): boolean =>
  firing && typeof place === 'string' && place !== 'late' && place !== 'resolved_unseen';

const groupOf = ({ kind, host, source, group }: Finding): string =>
  kind === 'login' ? `logins of ${host}` : `${group} of ${source}`;

export class Model {
  /** In the order of their starts or, where those are not told, in the order in which they came. */
  readonly byFinding = new Map<Finding, Episode[]>();
  readonly #ends = new Map<Finding, number>();
  readonly #groups = new Map<string, { generation: number; isOpen: boolean }>();
  /** Those that wait for others of their group, or did when they ended: since when. */
  readonly #waiting = new Map<string, Map<Episode, number>>();
  readonly #critical = new Map<string, Set<Episode>>();
  readonly #withheld = new Set<Episode>();
  readonly #rules: ModelRules;

  constructor(rules: ModelRules) {
    this.#rules = rules;
  }

  openGroups(): string[] {
    return [...this.#groups].flatMap(([group, { isOpen }]) => (isOpen ? [group] : []));
  }

  /** An episode in the latest incident of a group. */
  latestOf(group: string): Episode {
    const generation = this.#groups.get(group)?.generation;
    const all = [...this.byFinding.values()].flat();
    const found = all.find(({ place }) => isIn(place, group, generation));
    if (!found) throw new Error(`There is nothing in group ${group}`);
    return found;
  }

  close(group: string): number {
    const found = this.#groups.get(group);
    if (!found) throw new Error(`There is no group ${group}`);
    found.isOpen = false;
    return found.generation;
  }

  /** First all that begins and ends, then where it belongs. */
  receive(batch: readonly Message[], at: number): void {
    const concerned = batch.map((message) => this.#apply(message, at));
    for (const episode of concerned) {
      if (!episode) continue;
      const isNew = episode.place === undefined;
      if (isNew || isWithheld(episode as Episode)) this.#settle(episode as Episode, at, isNew);
    }
  }

  /** Whether a review would change anything. */
  isReviewDue(at: number): boolean {
    return [...this.#withheld].some((episode) => isWithheld(episode) && !this.#holds(episode, at));
  }

  /** Until nothing changes: what is not withheld any more may release others. */
  review(at: number): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const episode of this.#withheld) {
        if (!isWithheld(episode)) this.#withheld.delete(episode);
        else if (!this.#holds(episode, at)) {
          this.#settle(episode, at, false);
          changed = true;
        }
      }
    }
  }

  /** The firing episode that a message is about, new or known. */
  #apply({ finding, startsAt, endsAt }: Message, at: number): Unplaced | undefined {
    const same = this.byFinding.get(finding) ?? [];
    this.byFinding.set(finding, same);
    if (finding.tells === 'neither') return this.#applyWithoutStart(finding, same, endsAt !== undefined, at);
    const known = same.find((episode) => episode.startsAt === startsAt);
    const overThrough = this.#ends.get(finding) ?? Number.NEGATIVE_INFINITY;
    if (endsAt !== undefined) {
      const end = Math.max(startsAt, Math.min(endsAt, at));
      this.#ends.set(finding, Math.max(overThrough, end));
      for (const episode of same) if (episode.startsAt <= end) this.#end(episode);
      if (!known) same.push({ ...over(finding, startsAt), place: 'resolved_unseen' });
      return undefined;
    }
    if (known) return known;
    const isLate = startsAt <= overThrough || same.some((episode) => episode.startsAt > startsAt);
    if (isLate) {
      same.push({ ...over(finding, startsAt), place: 'late' });
      return undefined;
    }
    for (const episode of same) this.#end(episode);
    return this.#begin(finding, same, startsAt);
  }

  /** What fires joins what fires already; what is over ends that, whenever it began. */
  #applyWithoutStart(finding: Finding, same: Episode[], isOver: boolean, at: number): Unplaced | undefined {
    const latest = same.at(-1);
    // Each begins after the one before.
    if (!isOver) return latest?.firing ? latest : this.#begin(finding, same, Math.max(at, (latest?.startsAt ?? 0) + 1));
    if (latest) this.#end(latest);
    else same.push({ ...over(finding, at), place: 'resolved_unseen' });
    return undefined;
  }

  #begin(finding: Finding, same: Episode[], startsAt: number): Unplaced {
    const episode = { ...over(finding, startsAt), firing: true, place: undefined as unknown as Place };
    same.push(episode);
    if (finding.severity === 'critical') {
      const there = this.#critical.get(finding.cluster) ?? new Set();
      this.#critical.set(finding.cluster, there.add(episode));
    }
    return episode;
  }

  #end(episode: Episode): void {
    if (episode.firing) this.#tell(episode, 'resolved');
    episode.firing = false;
    this.#critical.get(episode.finding.cluster)?.delete(episode);
  }

  /** Only an open incident is told. */
  #tell(episode: Episode, change: 'fired' | 'resolved'): void {
    const { place } = episode;
    // It began in this batch, and has no place yet.
    if (place === undefined || typeof place === 'string') return;
    const { generation, isOpen } = this.#groups.get(place.group) ?? {};
    if (isOpen && generation === place.generation) episode.told.push(change);
  }

  #settle(episode: Episode, at: number, isNew: boolean): void {
    // A known one that ended later in the batch stays what it was.
    if (!isNew && !episode.firing) return;
    episode.place = this.#placeOf(episode, at);
    if (episode.place !== 'below_threshold') this.#waiting.get(groupOf(episode.finding))?.delete(episode);
    this.#tell(episode, 'fired');
    if (!episode.firing) this.#tell(episode, 'resolved');
    if (isWithheld(episode)) this.#withheld.add(episode);
  }

  #placeOf(episode: Episode, at: number): Place {
    const { finding } = episode;
    if (this.#isSilenced(finding, at)) return 'silenced';
    if (this.#isInhibited(finding)) return 'inhibited';
    const group = groupOf(finding);
    const known = this.#groups.get(group) ?? { generation: 0, isOpen: false };
    if (!known.isOpen) {
      if (this.#flaps(episode, at)) return 'flapping';
      if (this.#isBelowThreshold(episode, at)) return 'below_threshold';
    }
    const now = known.isOpen ? known : { generation: known.generation + 1, isOpen: true };
    this.#groups.set(group, now);
    return { group, generation: now.generation };
  }

  #isSilenced({ kind }: Finding, at: number): boolean {
    return kind === 'noise' && at >= this.#rules.silence.from && at < this.#rules.silence.until;
  }

  #isInhibited({ severity, cluster }: Finding): boolean {
    return severity === 'warning' && (this.#critical.get(cluster)?.size ?? 0) > 0;
  }

  #flaps(episode: Episode, at: number): boolean {
    const { finding, place, until } = episode;
    if (finding.kind !== 'flap') return false;
    if (place === 'flapping' && at < until) return true;
    const { moreThan, withinMs } = this.#rules.flap;
    const began = (this.byFinding.get(finding) ?? []).filter(({ startsAt }) => startsAt > at - withinMs).length;
    if (began <= moreThan) return false;
    episode.until = at + withinMs;
    return true;
  }

  #isBelowThreshold(episode: Episode, at: number): boolean {
    const { finding, place } = episode;
    if (finding.kind !== 'login') return false;
    const group = groupOf(finding);
    const waiting = this.#waiting.get(group) ?? new Map<Episode, number>();
    this.#waiting.set(group, waiting);
    const { atLeast, withinMs } = this.#rules.login;
    const waits = place === 'below_threshold';
    const count = [...waiting.values()].filter((since) => since > at - withinMs).length + (waits ? 0 : 1);
    if (count >= atLeast) return false;
    if (!waits) waiting.set(episode, at);
    return true;
  }

  #holds({ finding, place, until }: Episode, at: number): boolean {
    const isOpen = this.#groups.get(groupOf(finding))?.isOpen === true;
    switch (place) {
      case 'silenced':
        return this.#isSilenced(finding, at);
      case 'inhibited':
        return this.#isInhibited(finding);
      case 'flapping':
        return !isOpen && at < until;
      default:
        return !isOpen;
    }
  }
}

const isIn = (place: Place, group: string, generation: number | undefined): boolean =>
  typeof place !== 'string' && place.group === group && place.generation === generation;

const over = (finding: Finding, startsAt: number) => ({
  ...{ finding, startsAt, firing: false, until: 0 },
  told: [] as Episode['told'],
});

type Unplaced = Omit<Episode, 'place'> & { place: Place | undefined };
