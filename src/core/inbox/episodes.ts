// Which episodes of a finding there are, and what a message about one of them changes. The order in which messages come
// does not matter for how it ends:
// - a newer episode ends the older ones, since one finding fires once at a time;
// - a resolved message says that the finding was over at its end, for every episode that began by then. Alertmanager moves
//   the start of a firing alert back when it merges, and the two of a highly available pair may know different starts;
// - so a firing message of an episode that began by then is late, and fires nothing.
// Where the source tells no starts, the order is all there is: what fires joins what fires, unless the plan begins it anew.

import type { Alert } from '../alert.ts';
import type { BeginsAnew } from './anew.ts';
import { idOf, type KnownEpisode } from './known.ts';

/** Why an accepted alert belongs to no incident, for good. */
export const suppressions = ['resolved_unseen', 'superseded', 'stale'] as const;
export type Suppression = (typeof suppressions)[number];

export interface Episode extends KnownEpisode {
  /** Set when this batch makes it. */
  added?: { alert: Alert; receivedAtMs: number; suppressed: Suppression | null };
  isChanged: boolean;
  /** What withholds it is another thing now, or nothing. */
  isRejudged: boolean;
  /** Repeats in this batch. */
  repeats: number;
}

/** What a message came to; `again` is no message. `ended` are episodes that fired until now. */
export interface EpisodeChange {
  kind: 'fired' | 'resolved' | 'suppressed' | 'repeat' | 'again';
  episode: Episode;
  ended: Episode[];
}

export class Episodes {
  readonly #byId = new Map<string, Episode>();
  readonly #latest = new Map<string, Episode>();
  /** Made when someone asks: rarely any rule does. */
  #ofFinding: Map<string, Episode[]> | undefined;

  readonly #beginsAnew: BeginsAnew;

  constructor(known: readonly KnownEpisode[], beginsAnew: BeginsAnew) {
    this.#beginsAnew = beginsAnew;
    for (const episode of known) {
      // One may be there twice, as the latest of its finding and by its id.
      if (!this.#byId.has(episode.alertId)) this.#keep({ ...episode, isChanged: false, isRejudged: false, repeats: 0 });
    }
  }

  all(): Episode[] {
    return [...this.#byId.values()];
  }

  /** Counts a repeat of the episode that the alert is about, if it is known, whatever the alert says. */
  repeat(alert: Alert): Episode | undefined {
    const latest = this.#latest.get(findingKey(alert));
    const episode = alert.startsAtAssumed ? latest : this.#byId.get(idOf(alert));
    return episode && repeat(episode).episode;
  }

  /** The episode that a stored alert is. */
  get(alertId: string): Episode | undefined {
    return this.#byId.get(alertId);
  }

  /** When the episodes of a finding began, those of the batch among them: asked once all of it is received. */
  startsOf(alert: Alert): number[] {
    this.#ofFinding ??= Map.groupBy(this.#byId.values(), findingKey);
    const same = this.#ofFinding.get(findingKey(alert)) ?? [];
    return [...new Set(same.flatMap(({ startsAtMs, recentStartsMs }) => [startsAtMs, ...(recentStartsMs ?? [])]))];
  }

  receive(alert: Alert, receivedAtMs: number): EpisodeChange {
    return alert.status === 'firing' ? this.#fire(alert, receivedAtMs) : this.#resolve(alert, receivedAtMs);
  }

  #fire(alert: Alert, receivedAtMs: number): EpisodeChange {
    const latest = this.#latest.get(findingKey(alert));
    const isFiring = alert.startsAtAssumed && latest?.status === 'firing';
    if (isFiring && !this.#beginsAnew(alert, latest, receivedAtMs)) return repeat(latest);
    const started = startOf(alert, latest);
    const known = this.#byId.get(started.alertId);
    if (known) return repeat(known);
    if (latest && started.startsAtMs < latest.startsAtMs) {
      return this.#suppress(started, 'superseded', latest.startsAtMs, receivedAtMs);
    }
    if (latest?.status === 'resolved' && started.startsAtMs <= overThrough(latest)) {
      return this.#suppress(started, 'stale', overThrough(latest), receivedAtMs);
    }
    const episode = this.#add(started, 'firing', null, null, receivedAtMs);
    return { kind: 'fired', episode, ended: latest?.status === 'firing' ? [end(latest, started.startsAtMs)] : [] };
  }

  #resolve(alert: Alert, receivedAtMs: number): EpisodeChange {
    const latest = this.#latest.get(findingKey(alert));
    if (alert.startsAtAssumed && latest) {
      if (latest.status === 'resolved') return repeat(latest);
      return { kind: 'resolved', episode: latest, ended: [end(latest, endOf(alert, latest.startsAtMs, receivedAtMs))] };
    }
    const started = startOf(alert, latest);
    const endsAtMs = endOf(alert, started.startsAtMs, receivedAtMs);
    const isOver = latest !== undefined && latest.startsAtMs <= endsAtMs;
    const ended = isOver && latest.status === 'firing' ? [end(latest, endsAtMs)] : [];
    if (isOver && overThrough(latest) < endsAtMs) end(latest, endsAtMs);
    const known = this.#byId.get(started.alertId);
    if (known) return ended.length > 0 ? { kind: 'resolved', episode: known, ended } : repeat(known);
    const through = latest && latest.status === 'resolved' ? Math.max(endsAtMs, overThrough(latest)) : endsAtMs;
    return { ...this.#suppress(started, 'resolved_unseen', through, receivedAtMs), ended };
  }

  #suppress(started: Started, why: Suppression, endsAtMs: number, receivedAtMs: number): EpisodeChange {
    return { kind: 'suppressed', episode: this.#add(started, 'resolved', endsAtMs, why, receivedAtMs), ended: [] };
  }

  #add(
    { alert, alertId, startsAtMs }: Started,
    status: Episode['status'],
    endsAtMs: number | null,
    suppressed: Suppression | null,
    receivedAtMs: number,
  ): Episode {
    const { source, fingerprint } = alert;
    return this.#keep({
      ...{
        alertId,
        source,
        fingerprint,
        startsAtMs,
        endsAtMs,
        status,
        incidentId: null,
        withheld: null,
        recentStartsMs: null,
      },
      added: { alert, receivedAtMs, suppressed },
      isChanged: true,
      isRejudged: false,
      repeats: 0,
    });
  }

  #keep(episode: Episode): Episode {
    this.#byId.set(episode.alertId, episode);
    const key = findingKey(episode);
    const latest = this.#latest.get(key);
    if (!latest || latest.startsAtMs < episode.startsAtMs) this.#latest.set(key, episode);
    return episode;
  }
}

interface Started {
  alert: Alert;
  alertId: string;
  startsAtMs: number;
}

const findingKey = ({ source, fingerprint }: { source: string; fingerprint: string }) => `${source} ${fingerprint}`;
const overThrough = (episode: Episode): number => episode.endsAtMs ?? episode.startsAtMs;

/** An assumed start is later than every start that is known, whatever the clocks say. */
function startOf(alert: Alert, latest: Episode | undefined): Started {
  const givenMs = Date.parse(alert.startsAt);
  const isTaken = alert.startsAtAssumed && latest !== undefined && givenMs <= overThrough(latest);
  if (!isTaken) return { alert, alertId: idOf(alert), startsAtMs: givenMs };
  const startsAtMs = overThrough(latest) + 1;
  const moved = { ...alert, startsAt: new Date(startsAtMs).toISOString() };
  return { alert: moved, alertId: idOf(moved), startsAtMs };
}

/** Not later than its receipt: the clock of a sender must not silence what begins after now. */
function endOf(alert: Alert, startsAtMs: number, receivedAtMs: number): number {
  const givenMs = alert.endsAt ? Date.parse(alert.endsAt) : alert.startsAtAssumed ? receivedAtMs : startsAtMs;
  return Math.max(startsAtMs, Math.min(givenMs, receivedAtMs));
}

function end(episode: Episode, endsAtMs: number): Episode {
  episode.status = 'resolved';
  episode.endsAtMs = endsAtMs;
  episode.isChanged = true;
  return episode;
}

function repeat(episode: Episode): EpisodeChange {
  episode.repeats += 1;
  return { kind: 'repeat', episode, ended: [] };
}
