// Writes accepted requests in micro-batches: while one batch is being committed, the next one gathers. A lone request
// waits for nobody; a storm pays one commit for hundreds. Sources take turns, so that the storm of one holds up no other.

import type { Logger } from 'pino';
import { compareSeverity, worstSeverity } from '../../core/severity.ts';
import { noWithholding, type WithholdingRules } from '../../core/suppression/judge.ts';
import { atSite } from '../../fault-sites.ts';
import type { Store } from '../../store/database.ts';
import { type AcceptedRequest, type AcceptedResult, acceptAlerts } from '../../store/inbox.ts';
import { isRefusedData } from '../../store/refused-data.ts';
import type { Urgency } from '../dispatch/waiting-line.ts';
import { Turns } from '../turns.ts';

export interface InboxWriter {
  /** Resolves once the request is committed. Rejects with InboxFull, or with what Postgres said about this request. */
  accept(request: AcceptedRequest): Promise<AcceptedResult>;
  /** Takes nothing more, and waits for what it took. */
  close(): Promise<void>;
}

export interface InboxWriterOptions {
  store: Store;
  /** Called after each commit with the incidents that have something new to be told; nothing waits for it. */
  onCommitted: (incidentIds: string[], opened: string[], urgency: ReadonlyMap<string, Urgency>) => void;
  log: Logger;
  /** What the plan withholds, as it is now. */
  rules?: () => WithholdingRules;
  limits?: Partial<InboxLimits>;
}

export interface InboxLimits {
  /** Of one batch. A single request may have more alerts or bytes, and is then a batch of its own. */
  batchRequests: number;
  batchAlerts: number;
  batchBytes: number;
  /** Of all that wait of one source; of all sources together, twice as much. */
  waitingRequests: number;
  waitingBytes: number;
}

const defaultLimits: InboxLimits = {
  batchRequests: 500,
  batchAlerts: 5_000,
  batchBytes: 4 * 1024 * 1024,
  waitingRequests: 10_000,
  waitingBytes: 64 * 1024 * 1024,
};

/** More waits than may wait: the sender must come again later. */
export class InboxFull extends Error {
  readonly code = 'inbox_full';
  constructor() {
    super('More alerts arrive than are being stored; none of this request was stored');
    this.name = 'InboxFull';
  }
}

interface Waiting {
  request: AcceptedRequest;
  resolve: (result: AcceptedResult) => void;
  reject: (error: unknown) => void;
}

export function startInboxWriter(options: InboxWriterOptions): InboxWriter {
  const limits = { ...defaultLimits, ...options.limits };
  const queue = new Turns<Waiting>();
  const waiting = new Load(limits);
  let isRunning = false;
  let isClosed = false;
  let ended = Promise.withResolvers<void>();
  ended.resolve();

  const takeBatch = (): Waiting[] => {
    const batch = nextBatch(queue, limits);
    for (const { request } of batch) waiting.remove(request);
    return batch;
  };

  const run = async (): Promise<void> => {
    // One batch at a time: the database takes those of a source one after the other anyway, and what waits here grows
    // the next batch instead of holding a connection.
    while (queue.size > 0) await writeBatch(options, takeBatch());
    isRunning = false;
    ended.resolve();
  };

  return {
    accept: (request) => {
      if (isClosed || waiting.isFull(request.source)) return Promise.reject(new InboxFull());
      const { promise, resolve, reject } = Promise.withResolvers<AcceptedResult>();
      queue.push(request.source, { request, resolve, reject });
      waiting.add(request);
      if (!isRunning) {
        isRunning = true;
        ended = Promise.withResolvers();
        // After this turn of the event loop, so that what arrived together is stored together.
        setImmediate(() => void run());
      }
      return promise;
    },
    close: () => {
      isClosed = true;
      return ended.promise;
    },
  };
}

function nextBatch(queue: Turns<Waiting>, limits: InboxLimits): Waiting[] {
  const batch: Waiting[] = [];
  let alerts = 0;
  let bytes = 0;
  for (let next = queue.peek(); next && batch.length < limits.batchRequests; next = queue.peek()) {
    alerts += next.request.alerts.length;
    bytes += next.request.body.length;
    if (batch.length > 0 && (alerts > limits.batchAlerts || bytes > limits.batchBytes)) break;
    queue.take();
    batch.push(next);
  }
  return batch;
}

/** How much waits, by source and in all. */
class Load {
  readonly #limits: InboxLimits;
  readonly #bySource = new Map<string, Amount>();
  readonly #all: Amount = { requests: 0, bytes: 0 };

  constructor(limits: InboxLimits) {
    this.#limits = limits;
  }

  isFull(source: string): boolean {
    const { waitingRequests, waitingBytes } = this.#limits;
    const isOver = ({ requests, bytes }: Amount, times: number) =>
      requests >= waitingRequests * times || bytes >= waitingBytes * times;
    return isOver(this.#all, 2) || isOver(this.#of(source), 1);
  }

  add({ source, body }: AcceptedRequest): void {
    this.#change(source, 1, body.length);
  }

  remove({ source, body }: AcceptedRequest): void {
    this.#change(source, -1, -body.length);
  }

  #change(source: string, requests: number, bytes: number): void {
    for (const amount of [this.#all, this.#of(source)]) {
      amount.requests += requests;
      amount.bytes += bytes;
    }
  }

  /** Sources are few: those of the registry. */
  #of(source: string): Amount {
    const known = this.#bySource.get(source) ?? { requests: 0, bytes: 0 };
    this.#bySource.set(source, known);
    return known;
  }
}

interface Amount {
  requests: number;
  bytes: number;
}

/** Never rejects: each request is told how it went. */
async function writeBatch(options: InboxWriterOptions, batch: readonly Waiting[]): Promise<void> {
  let results: AcceptedResult[];
  try {
    const requests = batch.map(({ request }) => request);
    results = await acceptAlerts(options.store, requests, {
      rules: options.rules?.() ?? noWithholding,
      beforeCommit: () => atSite('gateway.before-commit'),
    });
  } catch (error) {
    await onFailure(options, batch, error);
    return;
  }
  await atSite('gateway.after-commit');
  announce(options, batch, results);
  for (const [index, result] of results.entries()) batch[index]?.resolve(result);
}

/** One request that Postgres refuses must not take others with it: halving finds it. */
async function onFailure(options: InboxWriterOptions, batch: readonly Waiting[], error: unknown): Promise<void> {
  if (batch.length === 1 || !isRefusedData(error)) {
    for (const { reject } of batch) reject(error);
    return;
  }
  const half = Math.ceil(batch.length / 2);
  await writeBatch(options, batch.slice(0, half));
  await writeBatch(options, batch.slice(half));
}

function announce(
  { onCommitted, log }: InboxWriterOptions,
  batch: readonly Waiting[],
  results: readonly AcceptedResult[],
): void {
  const urgency = urgencyOf(batch, results);
  if (urgency.size === 0) return;
  try {
    onCommitted(
      [...urgency.keys()],
      results.flatMap((result) => result.opened),
      urgency,
    );
  } catch (error) {
    // The alerts are stored; the relay finds what was not told.
    log.error({ err: error }, 'Stored alerts could not be handed on; the relay will');
  }
}

/** Each incident is as urgent as the worst alert of the requests that changed it. */
function urgencyOf(batch: readonly Waiting[], results: readonly AcceptedResult[]): Map<string, Urgency> {
  const all = new Map<string, Urgency>();
  for (const [index, { changed }] of results.entries()) {
    const request = batch[index]?.request;
    if (!request || changed.length === 0) continue;
    const severity = worstSeverity(request.alerts.flatMap(({ severityHint }) => severityHint ?? []));
    for (const incidentId of changed) {
      const known = all.get(incidentId);
      if (!known || compareSeverity(severity, known.severity) < 0) {
        all.set(incidentId, { severity, source: request.source });
      }
    }
  }
  return all;
}
