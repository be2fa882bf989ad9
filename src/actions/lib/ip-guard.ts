// Which addresses must never be cut off: no remote host at all, or what keeps this host and its owner's systems going.

import {
  addressText,
  isSingleAddress,
  type Network,
  networkText,
  neverARemoteHost,
  overlaps,
  parseNetwork,
  rangeThatOverlaps,
  translatedIpv4,
} from '../../net/ip.ts';
import type { GuardFacts, Refusal } from '../action.ts';
import type { HostFacts } from '../host-facts.ts';

/** Why the network must not be cut off. */
export function refusalOfNetwork(network: Network, facts: GuardFacts): Refusal | undefined {
  const text = networkText(network);
  const widest = facts.widestPrefix[network.family];
  if (network.prefix < widest) {
    return { code: 'prefix_too_wide', reason: `${text} is wider than /${widest}, the widest that the plan allows` };
  }
  const special = rangeThatOverlaps(network, [...neverARemoteHost, ...translatedIpv4]);
  if (special?.code === 'translated_ipv4') {
    return {
      code: special.code,
      reason: `${text} is a ${special.name} address: block the IPv4 address that it stands for`,
    };
  }
  if (special !== undefined) {
    return {
      code: `${special.code}_address`,
      reason: `${text} has ${special.name} addresses, which are no remote host`,
    };
  }
  const host = facts.host && refusalOfHost(network, facts.host);
  if (host !== undefined) return host;
  // Names among the protected hosts are not resolved: whoever answers for them would decide what is protected.
  for (const protectedText of [...facts.protected.cidrs, ...facts.protected.hosts]) {
    const protectedNetwork = parseNetwork(protectedText);
    if (protectedNetwork !== undefined && overlaps(network, protectedNetwork)) {
      return { code: 'protected_range', reason: `${text} has addresses of ${protectedText}, which the plan protects` };
    }
  }
  return undefined;
}

/** Why the network must not be cut off, as far as this host's own addresses tell. */
export function refusalOfHost(network: Network, host: HostFacts): Refusal | undefined {
  const kinds = [
    { code: 'own_address', what: 'an address of this host', addresses: host.addresses },
    { code: 'resolver', what: 'its DNS resolver', addresses: host.resolvers },
    { code: 'gateway', what: 'its default gateway', addresses: host.gateways },
  ];
  for (const { code, what, addresses } of kinds) {
    for (const address of addresses) {
      const own = parseNetwork(address);
      if (own === undefined || !overlaps(network, own)) continue;
      const text = networkText(network);
      const reason = isSingleAddress(network) ? `${text} is ${what}` : `${text} holds ${addressText(own)}, ${what}`;
      return { code, reason };
    }
  }
  return undefined;
}
