// IP addresses and networks as one canonical value, however they were written. Only the plain spellings are taken:
// octal, hex and short IPv4 forms mean different hosts to different programs.

import ipaddr from 'ipaddr.js';

export interface Network {
  family: 'ipv4' | 'ipv6';
  /** The lowest address, as 4 or 16 bytes. */
  bytes: readonly number[];
  /** Prefix length in bits. */
  prefix: number;
}

const bitsOf = { ipv4: 32, ipv6: 128 } as const;

/**
 * An address or a CIDR. IPv4-mapped IPv6 (`::ffff:203.0.113.7`) is the IPv4 that it reaches; host bits are cleared.
 * Undefined when it is neither, or has a zone (`fe80::1%eth0`).
 */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  if (rest.length > 0 || address.includes('%')) return undefined;
  const parsed = parseAddress(address);
  if (parsed === undefined) return undefined;
  if (prefixText !== undefined && !/^(0|[1-9][0-9]{0,2})$/.test(prefixText)) return undefined;
  const written = bitsOf[parsed.family];
  const prefix = prefixText === undefined ? written : Number(prefixText);
  if (prefix > written) return undefined;
  return unmapped({ family: parsed.family, bytes: masked(parsed.bytes, prefix), prefix });
}

function parseAddress(address: string): Pick<Network, 'family' | 'bytes'> | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) {
    return { family: 'ipv4', bytes: ipaddr.IPv4.parse(address).toByteArray() };
  }
  if (address.includes(':') && ipaddr.IPv6.isValid(address)) {
    return { family: 'ipv6', bytes: ipaddr.IPv6.parse(address).toByteArray() };
  }
  return undefined;
}

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** RFC 4291, 2.5.5.2. A mapped network that is wider than all of IPv4 stays IPv6, where guards refuse it. */
function unmapped(network: Network): Network {
  if (network.family !== 'ipv6' || network.prefix < 96) return network;
  if (!mappedPrefix.every((byte, index) => network.bytes[index] === byte)) return network;
  return { family: 'ipv4', bytes: network.bytes.slice(12), prefix: network.prefix - 96 };
}

function masked(bytes: readonly number[], prefix: number): number[] {
  return bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
}

export function isSingleAddress(network: Network): boolean {
  return network.prefix === bitsOf[network.family];
}

/** The lowest address: RFC 5952 for IPv6, dotted decimal for IPv4. */
export function addressText(network: Network): string {
  return ipaddr.fromByteArray([...network.bytes]).toString();
}

/** `203.0.113.7`, or `203.0.113.0/24` for more than one address. */
export function networkText(network: Network): string {
  return isSingleAddress(network) ? addressText(network) : `${addressText(network)}/${network.prefix}`;
}

/** True when some address is in both. */
export function overlaps(left: Network, right: Network): boolean {
  if (left.family !== right.family) return false;
  const shared = Math.min(left.prefix, right.prefix);
  const rightStart = masked(right.bytes, shared);
  return masked(left.bytes, shared).every((byte, index) => byte === rightStart[index]);
}

/** True when every address of `inner` is in `outer`. */
export function contains(outer: Network, inner: Network): boolean {
  return outer.prefix <= inner.prefix && overlaps(outer, inner);
}

export interface SpecialRange {
  /** Stable, snake_case. */
  code: string;
  name: string;
  network: Network;
}

function range(cidr: string, code: string, name: string): SpecialRange {
  const network = parseNetwork(cidr);
  if (network === undefined) throw new Error(`${cidr} is no network`);
  return { code, name, network };
}

/** Addresses that are never a remote host by themselves (IANA special-purpose address registries). */
export const neverARemoteHost: readonly SpecialRange[] = [
  range('0.0.0.0/8', 'unspecified', 'unspecified'),
  range('::/128', 'unspecified', 'unspecified'),
  range('127.0.0.0/8', 'loopback', 'loopback'),
  range('::1/128', 'loopback', 'loopback'),
  range('169.254.0.0/16', 'link_local', 'link-local'),
  range('fe80::/10', 'link_local', 'link-local'),
  range('224.0.0.0/4', 'multicast', 'multicast'),
  range('ff00::/8', 'multicast', 'multicast'),
  range('240.0.0.0/4', 'reserved', 'reserved or broadcast'),
];

/** IPv6 addresses that stand for an IPv4 address, which therefore decides nothing when it is looked at alone. */
export const translatedIpv4: readonly SpecialRange[] = [
  range('::ffff:0:0:0/96', 'translated_ipv4', 'IPv4-translated'),
  range('::/96', 'translated_ipv4', 'IPv4-compatible'),
  range('64:ff9b::/96', 'translated_ipv4', 'NAT64'),
  range('64:ff9b:1::/48', 'translated_ipv4', 'local NAT64'),
  range('2002::/16', 'translated_ipv4', '6to4'),
  range('2001::/32', 'translated_ipv4', 'Teredo'),
];

/** Ranges that are not on the public internet, besides the two lists above. */
export const notPublic: readonly SpecialRange[] = [
  range('10.0.0.0/8', 'private', 'private'),
  range('172.16.0.0/12', 'private', 'private'),
  range('192.168.0.0/16', 'private', 'private'),
  range('100.64.0.0/10', 'shared', 'carrier-grade NAT'),
  range('192.0.0.0/24', 'reserved', 'IETF protocol'),
  range('192.0.2.0/24', 'documentation', 'documentation'),
  range('192.88.99.0/24', 'reserved', '6to4 relay'),
  range('198.18.0.0/15', 'benchmarking', 'benchmarking'),
  range('198.51.100.0/24', 'documentation', 'documentation'),
  range('203.0.113.0/24', 'documentation', 'documentation'),
  range('fc00::/7', 'private', 'unique local'),
  range('fec0::/10', 'private', 'site-local'),
  range('100::/64', 'reserved', 'discard-only'),
  range('2001:2::/48', 'benchmarking', 'benchmarking'),
  range('2001:db8::/32', 'documentation', 'documentation'),
  range('2001:10::/28', 'reserved', 'ORCHID'),
  range('2001:20::/28', 'reserved', 'ORCHIDv2'),
  range('3fff::/20', 'documentation', 'documentation'),
  range('5f00::/16', 'reserved', 'segment routing'),
];

/** The first of `ranges` that shares an address with the network. */
export function rangeThatOverlaps(network: Network, ranges: readonly SpecialRange[]): SpecialRange | undefined {
  return ranges.find((candidate) => overlaps(candidate.network, network));
}
