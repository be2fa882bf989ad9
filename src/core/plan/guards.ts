// guards.yaml: what no action may touch, and how much one may.

import { z } from 'zod';
import { someTime } from './values.ts';

const names = z.array(z.string().trim().min(1).max(253)).max(2_000).default([]);
const cidr = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: 'write an address or a network, such as 203.0.113.7 or 10.0.0.0/8',
});

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
