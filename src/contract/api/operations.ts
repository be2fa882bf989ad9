// What operators look at: notices, quarantine, sources, health, live changes.

import { z } from 'zod';
import { id, page, pageQuery, severity, text, time } from './common.ts';

const notice = z
  .object({
    key: z.string(),
    incidentId: id,
    channel: z.string(),
    kind: z.string(),
    recipient: z.string(),
    title: z.string(),
    text: z.string(),
    status: z.enum(['sending', 'sent', 'not_configured', 'failed']),
    detail: z.string().nullable(),
    createdAt: time,
    sentAt: time.nullable(),
  })
  .meta({ id: 'Notice' });
export type Notice = z.infer<typeof notice>;

export const noticePage = page(notice);
export const noticeQuery = z.object({ ...pageQuery, incident: id.optional() });

const quarantineItem = z
  .object({
    id,
    source: z.string(),
    receivedAt: time,
    contentType: z.string().nullable(),
    place: z.string().meta({ description: 'Where the body is wrong' }),
    problem: z.string(),
    times: z.number().int(),
    body: z.string().meta({ description: 'The first 16 KiB as text' }),
    bodyBytes: z.number().int(),
  })
  .meta({ id: 'QuarantineItem' });
export type QuarantineItem = z.infer<typeof quarantineItem>;

export const quarantinePage = page(quarantineItem);
export const quarantineQuery = z.object({ ...pageQuery, source: text(100).optional() });

const source = z
  .object({
    name: z.string(),
    title: z.string(),
    url: z.string(),
    authentication: z.string(),
    credential: z.string(),
    snippet: z.string(),
  })
  .meta({ id: 'Source' });
export type Source = z.infer<typeof source>;

export const sourcePage = page(source);

const backlogPart = z.object({
  source: z.string(),
  severity,
  incidents: z.number().int(),
  oldestMs: z.number().int().meta({ description: 'How long the oldest alert waits' }),
});

export const backlog = z
  .object({
    incidents: z.number().int().meta({ description: 'With alerts that their workflow has not got' }),
    oldestMs: z.number().int(),
    bySource: z.array(backlogPart),
  })
  .meta({ id: 'Backlog' });

export const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

const check = z.object({ ok: z.boolean(), detail: z.string() });

export const readiness = z
  .object({
    /** True when an alert would be handled. */
    ready: z.boolean(),
    checks: z.record(z.string(), check),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof readiness>;

/**
 * Names of server-sent events. `suppressed`: an alert that belongs to no incident changed, or a silence. `resync`: changes
 * were missed, read everything again.
 */
export const liveEvents = { incident: 'incident', suppressed: 'suppressed', resync: 'resync' } as const;

/** Data of an `incident` event: something about it, its approvals or its containments changed. */
export const incidentChanged = z.object({ incidentId: id }).meta({ id: 'IncidentChanged' });
export type IncidentChanged = z.infer<typeof incidentChanged>;
