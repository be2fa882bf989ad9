// Writes accepted requests in micro-batches: while one batch is being committed, the next one gathers. A lone request
// waits for nobody; a storm pays one commit for hundreds.

import type { Logger } from 'pino';
import { noWithholding, type WithholdingRules } from '../../core/suppression/judge.ts';
import { atSite } from '../../fault-sites.ts';
import type { Store } from '../../store/database.ts';
import { type AcceptedRequest, type AcceptedResult, acceptAlerts } from '../../store/inbox.ts';
import { isRefusedData } from '../../store/refused-data.ts';

export interface InboxWriter {
  /** Resolves once the request is committed. Rejects with InboxFull, or with what Postgres said about this request. */
  accept(request: AcceptedRequest): Promise<AcceptedResult>;
  /** Takes nothing more, and waits for what it took. */
  close(): Promise<void>;
}

export interface InboxWriterOptions {
  store: Store;
  /** Called after each commit with the incidents that have something new to be told; nothing waits for it. */
  onCommitted: (incidentIds: string[], opened: string[]) => void;
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
  /** Of all that wait. */
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
  let queue: Waiting[] = [];
  let waitingBytes = 0;
  let isRunning = false;
  let isClosed = false;
  let ended = Promise.withResolvers<void>();
  ended.resolve();

  const takeBatch = (): Waiting[] => {
    const size = batchSize(queue, limits);
    const batch = queue.slice(0, size);
    queue = queue.slice(size);
    waitingBytes -= bytesOf(batch);
    return batch;
  };

  const run = async (): Promise<void> => {
    // One batch at a time: the database takes those of a source one after the other anyway, and what waits here grows
    // the next batch instead of holding a connection.
    while (queue.length > 0) await writeBatch(options, takeBatch());
    isRunning = false;
    ended.resolve();
  };

  return {
    accept: (request) => {
      if (isClosed || queue.length >= limits.waitingRequests || waitingBytes >= limits.waitingBytes) {
        return Promise.reject(new InboxFull());
      }
      const { promise, resolve, reject } = Promise.withResolvers<AcceptedResult>();
      queue.push({ request, resolve, reject });
      waitingBytes += request.body.length;
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

const bytesOf = (batch: readonly Waiting[]): number => batch.reduce((sum, { request }) => sum + request.body.length, 0);

function batchSize(queue: readonly Waiting[], limits: InboxLimits): number {
  let alerts = 0;
  let bytes = 0;
  let size = 0;
  for (const { request } of queue) {
    alerts += request.alerts.length;
    bytes += request.body.length;
    const isOver = size === limits.batchRequests || alerts > limits.batchAlerts || bytes > limits.batchBytes;
    if (size > 0 && isOver) break;
    size += 1;
  }
  return size;
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
  announce(options, results);
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

function announce({ onCommitted, log }: InboxWriterOptions, results: readonly AcceptedResult[]): void {
  const changed = [...new Set(results.flatMap((result) => result.changed))];
  if (changed.length === 0) return;
  try {
    onCommitted(
      changed,
      results.flatMap((result) => result.opened),
    );
  } catch (error) {
    // The alerts are stored; the relay finds what was not told.
    log.error({ err: error }, 'Stored alerts could not be handed on; the relay will');
  }
}
