// The response plan that this process runs by, from one load to the next. A plan takes over as a whole, once it is on
// record; one that is wrong never does, and the one before stays. Each process reads its own folder and believes no other:
// whoever can write to the database still cannot weaken what the privileged worker refuses.

import { hostname } from 'node:os';
import type { LoadedPlan } from '../core/plan/response-plan.ts';
import { fingerprintOf } from '../plan/fingerprint.ts';
import { checkPlan, loadPlan } from '../plan/load.ts';
import { describeProblem, type PlanProblem } from '../plan/problem.ts';
import type { NewAuditEntry } from '../store/audit.ts';
import type { Store } from '../store/database.ts';
import {
  newestPlanReload,
  type PlanHolderRow,
  planHolderSeen,
  readPlanHolder,
  recordPlanHolder,
  requestPlanReload,
  storePlan,
} from '../store/plans.ts';
import type { Logger } from './logger.ts';
import { periodically } from './periodic.ts';

export type PlanReload =
  | { outcome: 'loaded'; digest: string; previous: string }
  | { outcome: 'unchanged'; digest: string }
  | { outcome: 'refused'; digest: string; problems: PlanProblem[] };

export interface HeldPlanOptions {
  folder: string;
  /** `gateway`, `worker:containment`, `up`. */
  role: string;
  /** Loads again by itself when files changed. */
  watch: boolean;
  log: Logger;
}

/** A change counts when nothing more changed for this long: editors and checkouts write many files, one after the other. */
const lookEveryMs = 1_000;
const seenEveryMs = 60_000;
const mostProblemsKept = 50;
const firebreak = 'firebreak';

export class HeldPlan {
  readonly #options: HeldPlanOptions;
  readonly #process: string;
  #loaded: LoadedPlan;
  #fingerprint: string;
  /** As looked at last, and not loaded yet. */
  #changed: string | undefined;
  #holder: PlanHolderRow;
  #store: Store | undefined;
  #followed = 0;
  #seenAtMs = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: HeldPlanOptions, loaded: LoadedPlan, fingerprint: string) {
    this.#options = options;
    this.#process = `${options.role}@${hostname()}`;
    this.#loaded = loaded;
    this.#fingerprint = fingerprint;
    this.#holder = this.#holding(loaded.digest, firebreak);
  }

  /** @throws PlanError: there is no plan before the first that could stay */
  static async load(options: HeldPlanOptions): Promise<HeldPlan> {
    const fingerprint = await fingerprintOf(options.folder);
    return new HeldPlan(options, await loadPlan(options.folder), fingerprint);
  }

  /** For as long as the process runs: what it holds is on record, and what others ask for or change is followed. */
  follow(store: Store): { stop(): Promise<void> } {
    this.#store = store;
    return periodically('Response plan', lookEveryMs, this.#options.log, () => this.#inTurn(() => this.#look(store)));
  }

  current = (): LoadedPlan => this.#loaded;
  holder = (): PlanHolderRow => this.#holder;

  /**
   * Reads the folder again, and tells the processes beside this one to read theirs.
   * @throws what the database says when it cannot take the record: then the old plan stays
   */
  reload(by: string): Promise<PlanReload> {
    return this.#inTurn(async () => {
      const store = this.#store;
      if (!store) throw new Error('The plan is followed before it is loaded again');
      await this.#begin(store);
      this.#followed = await requestPlanReload(store, by, now());
      return await this.#reload(store, by);
    });
  }

  async #look(store: Store): Promise<void> {
    await this.#begin(store);
    const newest = await newestPlanReload(store);
    if (newest && newest.id > this.#followed) {
      await this.#reload(store, newest.by);
      this.#followed = newest.id;
    } else if (this.#options.watch && (await this.#hasSettledAnew())) {
      await this.#reload(store, firebreak);
    }
    if (Date.now() - this.#seenAtMs < seenEveryMs) return;
    await planHolderSeen(store, this.#process, now());
    this.#seenAtMs = Date.now();
  }

  /** A process that starts with another plan than it ended with has changed plans too. */
  async #begin(store: Store): Promise<void> {
    if (this.#seenAtMs > 0) return;
    const [before, newest] = await Promise.all([readPlanHolder(store, this.#process), newestPlanReload(store)]);
    this.#followed = newest?.id ?? 0;
    await storePlan(store, this.#loaded, this.#holder.loadedAt);
    const { digest } = this.#loaded;
    const changed = this.#entry('plan_loaded', firebreak, { digest, previous: before?.digest ?? null });
    await recordPlanHolder(store, this.#holder, before?.digest === digest ? [] : [changed], now());
    this.#seenAtMs = Date.now();
  }

  async #hasSettledAnew(): Promise<boolean> {
    const seen = await fingerprintOf(this.#options.folder);
    const isSettled = seen === this.#changed;
    this.#changed = seen === this.#fingerprint ? undefined : seen;
    return isSettled && this.#changed !== undefined;
  }

  /** One after the other: two at once could take over in the wrong order. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #reload(store: Store, by: string): Promise<PlanReload> {
    const { folder, log } = this.#options;
    // Looked at before reading: what changes while it is read counts as a change after it.
    const fingerprint = await fingerprintOf(folder);
    const checked = await checkPlan(folder);
    const { digest: previous } = this.#loaded;
    if (!checked.ok) {
      const { problems } = checked;
      await this.#recordRefusal(store, by, problems);
      this.#fingerprint = fingerprint;
      log.warn(
        { problems: problems.slice(0, 10), digest: previous },
        'The response plan is wrong; the one before stays',
      );
      return { outcome: 'refused', digest: previous, problems };
    }
    const { digest } = checked.loaded;
    if (digest === previous) {
      if (this.#holder.refused) await this.#hold(store, { ...this.#holder, refused: null }, []);
      this.#fingerprint = fingerprint;
      return { outcome: 'unchanged', digest };
    }
    await storePlan(store, checked.loaded, now());
    await this.#hold(store, this.#holding(digest, by), [this.#entry('plan_loaded', by, { digest, previous })]);
    this.#loaded = checked.loaded;
    this.#fingerprint = fingerprint;
    log.info({ digest, previous, by }, 'The response plan was loaded again');
    return { outcome: 'loaded', digest, previous };
  }

  async #recordRefusal(store: Store, by: string, problems: PlanProblem[]): Promise<void> {
    const kept = problems.slice(0, mostProblemsKept).map(describeProblem);
    const refused = { at: now(), by, problems: kept, count: problems.length };
    const data = { digest: this.#loaded.digest, problems: kept.slice(0, 10), count: problems.length };
    await this.#hold(store, { ...this.#holder, refused }, [this.#entry('plan_refused', by, data)]);
  }

  async #hold(store: Store, holder: PlanHolderRow, entries: NewAuditEntry[]): Promise<void> {
    await recordPlanHolder(store, holder, entries, now());
    this.#holder = holder;
  }

  #holding(digest: string, by: string): PlanHolderRow {
    return { process: this.#process, digest, loadedAt: now(), loadedBy: by, refused: null };
  }

  #entry(kind: string, actor: string, data: Record<string, string | number | string[] | null>): NewAuditEntry {
    return { at: now(), actor, kind, data: { process: this.#process, ...data } };
  }
}

const now = (): string => new Date().toISOString();
