// One running incident inside its workflow: state through the reducer, facts to the journal, waits that can be
// interrupted. Knows no phase.

import { condition, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { JournalInput, StoreActivities, WrittenAhead } from '../../src/contract/activities.ts';
import type { CarriedIncident, DeliveredCommand, IncidentInput } from '../../src/contract/messages.ts';
import { describeState } from '../../src/core/incident/describe-state.ts';
import type { Actor, IncidentEvent, IncidentFact } from '../../src/core/incident/events.ts';
import { firebreak } from '../../src/core/incident/events.ts';
import type { AlertNote } from '../../src/core/incident/notes.ts';
import { reduce } from '../../src/core/incident/reduce.ts';
import { type IncidentState, openIncident } from '../../src/core/incident/state.ts';
import { inStore } from '../proxies.ts';

/** Thrown at a step boundary when the history has grown long: the run ends and a new one goes on from the state. */
export class BoundaryReached extends Error {}

/** For what runs beside the phases: a boundary ends it quietly, as the next run goes on from the state. */
export async function untilBoundary(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof BoundaryReached)) throw error;
  }
}

export class Incident {
  state: IncidentState;
  /** Enqueued by handlers, applied by readMessages. */
  notes: AlertNote[];
  commands: DeliveredCommand[];
  /** Notes beyond a gap. */
  early: AlertNote[] = [];
  /** True once the phases are through: companions stop. */
  over = false;
  containmentEnds: IncidentFact[] = [];
  /** Steps whose containment is a running child of this run. */
  readonly heldByChild = new Set<string>();
  /** Grows with every decision that arrives: wakes the steps that wait for one. */
  decisionsArrived = 0;
  /** What runs of the flow now, by the id of its step. Goes on when its phase is left for an earlier one. */
  readonly running = new Map<string, Promise<void>>();
  /** Steps whose group starts nothing more: what they wait for is not wanted. */
  unwanted: ReadonlySet<string> = new Set();
  /** Grows whenever something of the flow has ended or may begin anew. */
  moved = 0;
  /** True while a write decides whether the incident ends. */
  isCommitting = false;
  private unwritten: IncidentEvent[] = [];
  /** On the log already, by an execution of the same stretch whose worker died. */
  private ahead: string[] = [];
  /** Recorded while a commit was under way. */
  private readonly deferred: IncidentEvent[] = [];
  private turn: Promise<void> = Promise.resolve();
  private turnsTaken = 0;

  constructor(input: IncidentInput) {
    this.state = input.carried?.state ?? openIncident(input.opened);
    this.notes = [...(input.carried?.early ?? []), ...input.notes];
    this.commands = input.carried?.waiting ?? [];
  }

  get id(): string {
    return this.state.incidentId;
  }

  /** A person or triage decided that nothing more is to be done; phases return at once. */
  get isEnding(): boolean {
    return this.state.disposition !== null || this.state.mergeInto !== null;
  }

  /** Nothing more of the playbook is wanted. */
  get isStopped(): boolean {
    return this.isEnding || this.state.recovered === 'resolved_by_person';
  }

  /** Applies facts now; they reach the journal at the next flush. While a commit is under way, right after it. */
  record(facts: IncidentFact | IncidentFact[], actor: Actor = firebreak, commandId?: string): void {
    for (const fact of Array.isArray(facts) ? facts : [facts]) {
      const event = stamped(fact, actor, commandId);
      if (this.isCommitting) this.deferred.push(event);
      else this.apply(event);
    }
  }

  private apply(event: IncidentEvent): void {
    this.state = reduce(this.state, event);
    this.unwritten.push(event);
    setCurrentDetails(describeState(this.state));
  }

  /**
   * Reads or writes the store, one at a time: on replay several results of local activities come in one activation, and
   * code that two of them wake would run in another order than it did at first.
   */
  store<T>(summary: string, use: (store: StoreActivities) => Promise<T>): Promise<T> {
    return this.takeTurn(() => inStore(summary, use));
  }

  /** True while something is being written: messages wait, so that they find things as they are after it. */
  get isBusy(): boolean {
    return this.turnsTaken > 0;
  }

  private takeTurn<T>(work: () => Promise<T>): Promise<T> {
    this.turnsTaken += 1;
    const result = this.turn.then(work).finally(() => {
      this.turnsTaken -= 1;
    });
    this.turn = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  /** Writes all that was recorded, in the order of the events. */
  flush(): Promise<void> {
    return this.takeTurn(async () => {
      const input = this.takeUnwritten();
      if (!input) return;
      const ahead = await inStore(summaryOf(input.events), (store) => store.journal(input));
      if (ahead) this.catchUp(ahead);
    });
  }

  private catchUp({ nextEvent, facts }: WrittenAhead): void {
    this.ahead = facts;
    this.state = { ...this.state, nextEvent: Math.max(this.state.nextEvent, nextEvent + this.unwritten.length) };
  }

  /**
   * For writes that may be refused: the facts become true only when the store says so, and what was recorded before them is
   * written with them. Until then nothing else becomes true either, and commands are told to come again.
   */
  commit<T>(
    summary: string,
    facts: IncidentFact[],
    write: (store: StoreActivities, input: JournalInput) => Promise<T>,
    isDone: (result: T) => boolean,
  ): Promise<T> {
    return this.takeTurn(async () => {
      this.isCommitting = true;
      const events = facts.map((fact) => stamped(fact, firebreak));
      const proposed = events.reduce(reduce, this.state);
      const input = this.toJournal(proposed, [...this.unwritten, ...events]);
      const result = await inStore(summary, (store) => write(store, input));
      if (isDone(result)) {
        this.state = proposed;
        this.unwritten = [];
      }
      this.isCommitting = false;
      for (const event of this.deferred.splice(0)) this.apply(event);
      return result;
    });
  }

  private takeUnwritten(): JournalInput | undefined {
    const events = this.unwritten;
    if (events.length === 0) return undefined;
    this.unwritten = [];
    return this.toJournal(this.state, events);
  }

  private toJournal(state: IncidentState, events: IncidentEvent[]): JournalInput {
    const input = { state, events, firstEvent: state.nextEvent - events.length, version: version() };
    return this.ahead.length > 0 ? { ...input, ahead: this.ahead } : input;
  }

  /** Call where nothing is half done. */
  boundary(): void {
    if (isHistoryLong()) throw new BoundaryReached();
  }

  /**
   * Waits for the predicate, at most until `untilMs` (epoch); false when the time is up. Waiting is a step boundary:
   * whatever waits can go on waiting in a new run.
   */
  async waitUntil(predicate: () => boolean, untilMs: number, summary: string): Promise<boolean> {
    if (predicate()) return true;
    this.boundary();
    // A timer of nothing would fire at once in a loop when the clock stands exactly at the deadline.
    const timeoutMs = Math.max(untilMs - Date.now(), 1);
    await condition(() => predicate() || isHistoryLong(), timeoutMs, { summary });
    if (predicate()) return true;
    this.boundary();
    return false;
  }

  carry(): CarriedIncident {
    return { state: this.state, early: [...this.early, ...this.notes], waiting: this.commands };
  }
}

/** Later runs, then longer histories, then later attempts at the same task. */
function version(): string {
  const { runStartTime, historyLength } = workflowInfo();
  return `${runStartTime.toISOString()} ${String(historyLength).padStart(6, '0')} ${new Date().toISOString()}`;
}

function stamped(fact: IncidentFact, actor: Actor, commandId?: string): IncidentEvent {
  return { ...fact, at: new Date().toISOString(), actor, ...(commandId && { commandId }) };
}

/** Far below the 51,200 that the server allows, so that what is in flight at the boundary still fits. */
const longHistory = 1_500;

export function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > longHistory;
}

function summaryOf(events: IncidentEvent[]): string {
  return `Journal: ${[...new Set(events.map((event) => event.type))].join(', ')}`.slice(0, 180);
}
