// What a batch of alerts leaves on the audit log: each incident that was opened, and one entry per incident for all that
// the batch changed of it, so that a storm does not drown its timeline.

import { createHash } from 'node:crypto';
import type { InboxDecision } from '../core/inbox/decide.ts';
import { type Incident, type OpenedByInbox, severityOf } from '../core/inbox/incidents.ts';
import type { AlertChange } from '../core/inbox/outcome.ts';
import { firebreak } from '../core/incident/events.ts';
import type { NewAuditEntry } from './audit.ts';

interface Body {
  source: string;
  receivedAtMs: number;
  /** Absent when nobody sent it: alerts that were withheld are looked at again. */
  body?: Buffer;
}

/** In the order in which they belong on the log. `bodies` are by request, as in the decision. */
export function inboxAuditEntries(bodies: readonly Body[], decision: InboxDecision): NewAuditEntry[] {
  const opened = decision.incidents.flatMap((one) => (one.opened ? [openedEntry(one, one.opened)] : []));
  return [...opened, ...acceptedByIncident(bodies, decision).map(acceptedEntry)];
}

function openedEntry({ incidentId }: Incident, opened: OpenedByInbox): NewAuditEntry {
  return {
    at: new Date(opened.openedAtMs).toISOString(),
    actor: `source:${opened.source}`,
    kind: 'incident_opened',
    incidentId,
    key: `${incidentId}/opened`,
    data: {
      severity: severityOf(opened),
      title: opened.title,
      service: opened.service,
      generation: opened.generation,
      impactStartedAt: new Date(opened.impactStartedAtMs).toISOString(),
    },
  };
}

interface Accepted {
  source: string;
  incidentId: string | null;
  atMs: number;
  isAgain: boolean;
  requests: { bodySha256: string | undefined; changes: AlertChange[] }[];
}

function acceptedByIncident(bodies: readonly Body[], decision: InboxDecision): Accepted[] {
  const all = new Map<string, Accepted>();
  for (const [index, { source, receivedAtMs, body }] of bodies.entries()) {
    const changed = decision.changes[index] ?? [];
    if (changed.length === 0) continue;
    // Proves what the source said, as long as the body is kept.
    const bodySha256 = body && createHash('sha256').update(body).digest('hex');
    for (const { incidentId, changes } of changed) {
      const isAgain = body === undefined;
      const key = `${source} ${incidentId} ${isAgain}`;
      const accepted = all.get(key) ?? { source, incidentId, atMs: 0, isAgain, requests: [] };
      all.set(key, accepted);
      accepted.atMs = Math.max(accepted.atMs, receivedAtMs);
      accepted.requests.push({ bodySha256, changes });
    }
  }
  return [...all.values()];
}

function acceptedEntry({ source, incidentId, atMs, isAgain, requests }: Accepted): NewAuditEntry {
  return {
    at: new Date(atMs).toISOString(),
    actor: isAgain ? firebreak : `source:${source}`,
    kind: isAgain ? 'alerts_reconsidered' : 'alerts_accepted',
    ...(incidentId !== null && { incidentId }),
    data: {
      count: requests.reduce((sum, { changes }) => sum + changes.length, 0),
      requests: requests.map(({ bodySha256, changes }) => ({
        ...(bodySha256 !== undefined && { bodySha256 }),
        alerts: changes.map(({ alertId, change, withheld }) => ({
          ...{ alertId, change },
          ...(withheld && { withheld: { ...withheld } }),
        })),
      })),
    },
  };
}
