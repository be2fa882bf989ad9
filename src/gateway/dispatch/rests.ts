// How long incidents rest once they were told: what comes for them meanwhile gathers, and goes together. A storm is told
// in few, large signals, as each costs its workflow five events and the machine as much as taking tens of alerts.

import { compareSeverity, type Severity } from '../../core/severity.ts';

const atLeastMs = 250;
/** So long for each incident that rests: a storm over many must not keep the machine from taking alerts. */
const anIncidentMs = 200;
const atMostMs = 5_000;
const slowedMs = 1_500;
const signalsBeforeSlowing = 40;
const forgottenAfterMs = 60_000;

export interface JustTold {
  incidentId: string;
  severity: Severity;
  /** False when it was started. */
  isSignal: boolean;
  /** True when there is more than one message holds. */
  hasMore: boolean;
}

interface Known {
  signals: number;
  /** The worst that it was ever told, or woken for. */
  worst: Severity;
  forget?: NodeJS.Timeout;
}

export class Rests {
  readonly #known = new Map<string, Known>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #onOver: (incidentId: string) => void;

  constructor(onOver: (incidentId: string) => void) {
    this.#onOver = onOver;
  }

  get incidentIds(): string[] {
    return [...this.#timers.keys()];
  }

  /** True when what came is to gather. What is worse than all that the incident was told ends its rest. */
  holds(incidentId: string, severity: Severity | undefined): boolean {
    const timer = this.#timers.get(incidentId);
    if (timer === undefined) return false;
    const known = this.#known.get(incidentId);
    if (!severity || !known || compareSeverity(severity, known.worst) >= 0) return true;
    known.worst = severity;
    clearTimeout(timer);
    this.#timers.delete(incidentId);
    return false;
  }

  /** One that was only started rests no moment: that it resolves at once is an ordinary thing. */
  begin({ incidentId, severity, isSignal, hasMore }: JustTold): void {
    if (!isSignal && !hasMore) return;
    const known = this.#knownOf(incidentId, severity);
    if (isSignal) known.signals += 1;
    clearTimeout(this.#timers.get(incidentId));
    this.#timers.delete(incidentId);
    const over = () => {
      this.#timers.delete(incidentId);
      known.forget = setTimeout(() => this.#known.delete(incidentId), forgottenAfterMs).unref();
      this.#onOver(incidentId);
    };
    this.#timers.set(incidentId, setTimeout(over, this.#restMs(known.signals, hasMore)));
  }

  /** Nobody's rest is over any more. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const { forget } of this.#known.values()) clearTimeout(forget);
    this.#timers.clear();
  }

  #knownOf(incidentId: string, severity: Severity): Known {
    const known = this.#known.get(incidentId) ?? { signals: 0, worst: severity };
    clearTimeout(known.forget);
    if (compareSeverity(severity, known.worst) < 0) known.worst = severity;
    this.#known.set(incidentId, known);
    return known;
  }

  #restMs(signals: number, hasMore: boolean): number {
    // Full signals cannot be made fewer by waiting.
    const ofIncident = signals > signalsBeforeSlowing && !hasMore ? slowedMs : atLeastMs;
    const ofAll = Math.min((this.#timers.size + 1) * anIncidentMs, atMostMs);
    return Math.max(ofIncident, ofAll);
  }
}
