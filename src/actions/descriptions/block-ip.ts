// Cuts an address or a network off at the host firewall: what is known of it before anything acts.

import { z } from 'zod';
import { networkText, parseNetwork } from '../../net/ip.ts';
import type { ActionDescription } from '../description.ts';
import { refusalOfNetwork } from '../lib/ip-guard.ts';

const params = z.strictObject({
  /** An address or a CIDR. Kept in its canonical form. */
  ip: z.string().transform((text, context) => {
    const network = parseNetwork(text);
    if (network !== undefined) return networkText(network);
    context.addIssue({
      code: 'custom',
      message: 'write an IPv4 or IPv6 address, or a network such as 203.0.113.0/24.',
    });
    return z.NEVER;
  }),
});

export type BlockIpParams = z.output<typeof params>;

export const blockIpDescription = {
  name: 'block_ip',
  title: 'Block an IP address at the host firewall',
  kind: 'containment',
  risk: 'medium',
  d3fend: 'D3-NTF',
  params,
  timeoutMs: 15_000,
  target: ({ ip }) => `ip:${ip}`,
  describe: ({ ip }) => `Block ${ip} at the host firewall`,
  refuse: ({ ip }, facts) => {
    const network = parseNetwork(ip);
    return network && refusalOfNetwork(network, facts);
  },
  undo: true,
} satisfies ActionDescription<BlockIpParams>;
