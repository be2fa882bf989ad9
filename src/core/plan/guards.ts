// guards.yaml: what no action may touch, and how much one may.

import { z } from 'zod';
import { actionKinds, risks } from './approvals.ts';
import { name, someTime } from './values.ts';

const names = z.array(z.string().trim().min(1).max(253)).max(2_000).default([]);
const cidr = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: 'write an address or a network, such as 203.0.113.7 or 10.0.0.0/8',
});

const blastRadiusLimit = z
  .strictObject({
    name,
    actions: z.array(name).min(1).optional(),
    kinds: z.array(z.enum(actionKinds)).min(1).optional(),
    risks: z.array(z.enum(risks)).min(1).optional(),
    per_incident: z.int().min(1).max(100_000).optional().describe('Different targets that one incident may touch.'),
    per_hour: z.int().min(1).max(100_000).optional().describe('Different targets that all incidents may touch.'),
  })
  .refine(
    (limit) => limit.per_incident !== undefined || limit.per_hour !== undefined,
    'write per_incident or per_hour',
  );

export type BlastRadiusLimit = z.output<typeof blastRadiusLimit>;

export const guards = z.strictObject({
  protected: z.strictObject({
    cidrs: z.array(cidr).max(2_000).default([]),
    hosts: names,
    users: names,
    services: names,
  }),
  widest_prefix: z
    .strictObject({ ipv4: z.int().min(8).max(32), ipv6: z.int().min(16).max(128) })
    .describe('Widest network that may be blocked, as prefix length: 24 is 256 addresses of IPv4.'),
  blast_radius: z
    .array(blastRadiusLimit)
    .max(50)
    .default([])
    .describe('How many targets actions may touch for real; what is beyond is refused, whoever approved it.'),
  longest_hold: someTime.describe('No containment is held for longer without someone extending it.'),
});

export type Guards = z.output<typeof guards>;

/** What the guards of actions look at: the plain form of guards.yaml. */
export interface GuardFacts {
  protected: { cidrs: string[]; hosts: string[]; users: string[]; services: string[] };
  widestPrefix: { ipv4: number; ipv6: number };
}

export function guardFacts(value: Guards): GuardFacts {
  return { protected: value.protected, widestPrefix: value.widest_prefix };
}
