// The durable inbox: one transaction per batch of requests, from the raw bodies to the audit log.

import { decideInbox, touchesSuppressed } from '../core/inbox/decide.ts';
import type { InboxRequest } from '../core/inbox/known.ts';
import type { RequestOutcome } from '../core/inbox/outcome.ts';
import { grouped } from '../core/suppression/grouping.ts';
import { noWithholding, type WithholdingRules } from '../core/suppression/judge.ts';
import { suppressedChanged } from './announce.ts';
import { auditAppend } from './audit.ts';
import type { Store } from './database.ts';
import { inboxAuditEntries } from './inbox-audit.ts';
import { readInbox } from './inbox-read.ts';
import { inboxWrite } from './inbox-write.ts';
import { inPipelinedTransaction, type Send } from './pipelined.ts';
import { retried } from './retried-transaction.ts';

/** An authenticated request, its alerts normalised, its body as it came. */
export interface AcceptedRequest extends InboxRequest {
  body: Buffer;
}

export type AcceptedResult = RequestOutcome;

export interface AcceptOptions {
  /** What the plan withholds; default: nothing. Silences are in the store. */
  rules?: WithholdingRules;
  /** Runs inside the transaction, when all is sent. */
  beforeCommit?: () => Promise<void>;
}

/**
 * Stores a batch, all of it or nothing; the results are by request, in order. Accepting a request again changes nothing
 * but counts of repeats. Throws what Postgres says: see `isUnavailable`.
 */
export async function acceptAlerts(
  store: Store,
  batch: readonly AcceptedRequest[],
  options: AcceptOptions = {},
): Promise<AcceptedResult[]> {
  return decideBatch(store, batch, options);
}

/** Judges withheld alerts again, as they are stored: those that nothing withholds any more become incidents. */
export async function reconsiderAlerts(
  store: Store,
  batch: readonly (InboxRequest & { isAgain: true })[],
  rules: WithholdingRules,
): Promise<AcceptedResult[]> {
  return decideBatch(store, batch, { rules });
}

/** What is judged again may have been grouped by a rule that is not there any more. */
function groupedRequest<Request extends InboxRequest>(request: Request, { groups }: WithholdingRules): Request {
  if (groups.length === 0 && !request.isAgain) return request;
  return { ...request, alerts: request.alerts.map((alert) => grouped(alert, groups)) };
}

async function decideBatch(
  store: Store,
  given: readonly (InboxRequest & { body?: Buffer })[],
  { rules = noWithholding, beforeCommit }: AcceptOptions,
): Promise<AcceptedResult[]> {
  if (given.length === 0) return [];
  const batch = given.map((request) => groupedRequest(request, rules));
  const decide = async (send: Send) => {
    const decision = decideInbox(batch, await readInbox(store, send, batch, rules), rules);
    const bodies = batch.flatMap(({ body, ...request }, index) =>
      body && decision.keepsBody[index] ? [{ ...request, body }] : [],
    );
    void send(inboxWrite(decision, bodies));
    if (touchesSuppressed(decision)) void send(suppressedChanged);
    const entries = inboxAuditEntries(batch, decision);
    if (entries.length > 0) void send(auditAppend(entries));
    await beforeCommit?.();
    return decision.outcomes;
  };
  return retried(() => inPipelinedTransaction(store, decide));
}
