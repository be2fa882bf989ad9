// indicators/<name>.yaml: things that are known to be bad, or known to be good. catalog/assets.yaml: things of yours, and
// how much they matter.

import { z } from 'zod';
import { entityKinds } from '../alert.ts';
import { line, name } from './values.ts';

const value = z.string().trim().min(1).max(300);

export const indicatorList = z.strictObject({
  name,
  verdict: z.enum(['bad', 'good']),
  title: line.optional().describe('Where it comes from.'),
  kinds: z.array(z.enum(entityKinds)).min(1).optional().describe('Absent: whatever the alerts say that the value is.'),
  until: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Lists grow stale; later than this it counts for nothing.'),
  values: z.array(value).max(20_000).describe('As alerts write them, in any case; for addresses also networks.'),
});
export type IndicatorList = z.output<typeof indicatorList>;

const asset = z.strictObject({
  kind: z.enum(entityKinds),
  values: z.array(value).min(1).max(1_000).describe('In any case; for addresses also networks.'),
  criticality: z.int().min(1).max(4).describe('1 matters most.'),
  title: line.optional(),
});

export const assets = z.strictObject({ assets: z.array(asset).max(5_000) });
export type Asset = z.output<typeof asset>;

export const indicatorPath = (listName: string): string => `indicators/${listName}.yaml`;
