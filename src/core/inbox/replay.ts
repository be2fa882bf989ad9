// What the inbox would make of alerts on record: each fires when it began and is over when it ended. By the function that
// decides for real, with what it would know at each moment kept in memory.

import type { Alert } from '../alert.ts';
import { grouped } from '../suppression/grouping.ts';
import { inhibitedUnder } from '../suppression/inhibition.ts';
import type { ReadySilence, Withheld, WithholdingRules } from '../suppression/judge.ts';
import { decideInbox, type InboxDecision } from './decide.ts';
import type { Episode } from './episodes.ts';
import { groupsOf, type InboxRequest, idOf } from './known.ts';
import { type Asked, Memory } from './memory.ts';

export interface ReplayedAlert {
  /** As it is on record. */
  alert: Alert;
  /** Null: it never belonged to one. */
  incidentId: string | null;
  /** By what it was withheld first; it may have been released later. */
  withheld: Withheld | null;
}

/** In the order in which they began; what was no news (the same finding fired already) is left out. */
export function replay(
  alerts: readonly Alert[],
  rules: WithholdingRules,
  silences: readonly ReadySilence[] = [],
): ReplayedAlert[] {
  return new Replay(rules, silences).run(alerts);
}

/** So often one alert is judged again at most, whatever the rules say. */
const mostJudged = 50;

class Replay {
  readonly #rules: WithholdingRules;
  readonly #silences: readonly ReadySilence[];
  readonly #groupOf = groupsOf();
  readonly #memory = new Memory(this.#groupOf);
  readonly #recorded = new Map<string, Alert>();
  readonly #replayed = new Map<string, ReplayedAlert>();
  /** By moment: what comes then, and which withheld alerts are judged again. */
  readonly #due = new Map<number, Alert[]>();
  readonly #again = new Map<number, Set<string>>();
  readonly #judged = new Map<string, number>();
  /** Moments that are still to come, the next one last. */
  #times: number[] = [];

  constructor(rules: WithholdingRules, silences: readonly ReadySilence[]) {
    this.#rules = rules;
    this.#silences = silences;
  }

  run(alerts: readonly Alert[]): ReplayedAlert[] {
    for (const alert of alerts) {
      const { endsAt, ...firing } = alert;
      this.#recorded.set(idOf(alert), alert);
      this.#plan(Date.parse(alert.startsAt), { ...firing, status: 'firing' });
      if (alert.status === 'resolved' && endsAt !== undefined) this.#plan(Date.parse(endsAt), alert);
    }
    this.#times = [...this.#due.keys()].sort((a, b) => b - a);
    for (let atMs = this.#times.pop(); atMs !== undefined; atMs = this.#times.pop()) this.#at(atMs);
    return [...this.#replayed.values()];
  }

  #plan(atMs: number, alert: Alert): void {
    const same = this.#due.get(atMs);
    if (same) same.push(alert);
    else this.#due.set(atMs, [alert]);
  }

  /** What comes at one moment comes as one batch: an alert inhibits others wherever in it it stands. */
  #at(atMs: number): void {
    const sent = (this.#due.get(atMs) ?? []).map((alert) => grouped(alert, this.#rules.groups));
    const again = this.#memory.withheldAmong([...(this.#again.get(atMs) ?? [])]);
    this.#due.delete(atMs);
    this.#again.delete(atMs);
    if (sent.length + again.length === 0) return;
    const requests: InboxRequest[] = [
      ...sent.map((alert) => ({ source: alert.source, receivedAtMs: atMs, alerts: [alert] })),
      ...again.map((alert) => ({ source: alert.source, receivedAtMs: atMs, alerts: [alert], isAgain: true as const })),
    ];
    const known = this.#memory.knowledge(
      [...sent, ...again].map((alert) => this.#asked(alert)),
      atMs,
    );
    const decision = decideInbox(requests, { ...known, silences: this.#silences }, this.#rules);
    this.#keep(decision, atMs);
  }

  #asked(alert: Alert): Asked {
    const under = inhibitedUnder(alert, this.#rules.inhibit).map(({ key }) => key);
    return { alert, id: idOf(alert), groupId: this.#groupOf(alert), inhibitedUnder: under };
  }

  #keep(decision: InboxDecision, atMs: number): void {
    for (const episode of decision.episodes) this.#note(episode, atMs);
    // Now that something ended or opened, what waited for it is looked at again.
    for (const id of this.#memory.remember(decision)) this.#judgeAgain(id, atMs);
  }

  #note({ alertId, added, incidentId, withheld, status }: Episode, atMs: number): void {
    const alert = this.#recorded.get(alertId) ?? added?.alert;
    if (added && alert && !added.suppressed) this.#replayed.set(alertId, { alert, incidentId, withheld });
    const replayed = this.#replayed.get(alertId);
    if (replayed) replayed.incidentId ??= incidentId;
    const untilMs = withheld?.until ? Date.parse(withheld.until) : undefined;
    if (status === 'firing' && untilMs !== undefined && untilMs > atMs) this.#judgeAgain(alertId, untilMs);
  }

  #judgeAgain(alertId: string, atMs: number): void {
    const times = this.#judged.get(alertId) ?? 0;
    if (times >= mostJudged) return;
    this.#judged.set(alertId, times + 1);
    const same = this.#again.get(atMs);
    if (same) same.add(alertId);
    else this.#again.set(atMs, new Set([alertId]));
    const place = this.#times.findLastIndex((time) => time >= atMs);
    if (this.#times[place] !== atMs) this.#times.splice(place + 1, 0, atMs);
  }
}
