// The audit log as the API shows it; docs/audit.md has the format of body and hashes.

import { z } from 'zod';
import { actor, id, json, page, pageLimits, pageQuery, text, time } from './common.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const auditEntry = z
  .object({
    seq: z.number().int(),
    incidentId: id.nullable(),
    at: time,
    kind: z.string(),
    actor,
    key: z.string().nullable(),
    body: z.string().meta({ description: 'Canonical JSON (RFC 8785): the text that is hashed' }),
    leafHash: hash,
    prevHash: hash,
    hash,
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditPage = page(auditEntry);

export const auditQuery = z.object({
  after: z.coerce.number().int().min(0).default(0).meta({ description: 'Entries with a greater seq' }),
  cursor: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: '`next` of the page before: the number of the entry that it ended with' }),
  order: z.enum(['asc', 'desc']).default('asc').meta({ description: '`desc`: the newest first' }),
  limit: z.coerce.number().int().min(1).max(1_000).default(pageLimits.default),
  incident: id.optional(),
  kind: text(100).optional(),
});

const checkpoint = z
  .object({ size: z.number().int(), checkpoint: json, writtenAt: time })
  .meta({ id: 'Checkpoint', description: 'A signed statement of what the log was at this size' });
export type Checkpoint = z.infer<typeof checkpoint>;

export const checkpointPage = page(checkpoint);
export const checkpointQuery = z.object(pageQuery);
