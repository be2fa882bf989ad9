// What this host, or a network namespace on it, needs in order to stay reachable: its own addresses, its resolvers and
// its default gateways. Read from the kernel, as DNS and command output can lie.

import { readFile } from 'node:fs/promises';
import type { GuardFacts } from './action.ts';
import { runBinary } from './lib/run-binary.ts';

export type HostFacts = NonNullable<GuardFacts['host']>;

/**
 * @param namespace a network namespace as `ip netns` names it; absent: the worker's own
 * @throws when the kernel's tables cannot be read, for then no guard may assume anything
 */
export async function readHostFacts(namespace?: string): Promise<HostFacts> {
  const [trie, inet6, routes4, routes6, resolv] = await Promise.all([
    kernelTable('fib_trie', namespace),
    kernelTable('if_inet6', namespace),
    kernelTable('route', namespace),
    kernelTable('ipv6_route', namespace),
    resolvConf(namespace),
  ]);
  return {
    addresses: [...new Set([...localIpv4(trie), ...localIpv6(inet6)])],
    resolvers: resolv.split('\n').flatMap((line) => /^\s*nameserver\s+([^\s%]+)/.exec(line)?.[1] ?? []),
    gateways: [...new Set([...gatewaysIpv4(routes4), ...gatewaysIpv6(routes6)])],
  };
}

async function kernelTable(table: string, namespace: string | undefined): Promise<string> {
  if (namespace === undefined) {
    try {
      return await readFile(`/proc/net/${table}`, 'utf8');
    } catch (error) {
      return absentIpv6(table, error);
    }
  }
  const result = await runBinary({
    binary: 'nsenter',
    arguments: [`--net=/run/netns/${namespace}`, '--', 'cat', `/proc/net/${table}`],
    signal: AbortSignal.timeout(5_000),
    maxOutputBytes: 64 * 1024 * 1024,
  });
  if (result.exitCode === 0) return result.stdout;
  return absentIpv6(table, new Error(`Reading ${table} of network namespace ${namespace}: ${result.stderr.trim()}`));
}

/** A kernel without IPv6 has no tables for it, and then no addresses either. */
function absentIpv6(table: string, error: unknown): string {
  const absent = error instanceof Error && /ENOENT|No such file/.test(error.message);
  if (absent && table.includes('6') && !/netns/.test(String(error))) return '';
  throw error;
}

async function resolvConf(namespace: string | undefined): Promise<string> {
  const own = namespace === undefined ? undefined : `/etc/netns/${namespace}/resolv.conf`;
  for (const file of [own, '/etc/resolv.conf']) {
    if (file === undefined) continue;
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return '';
}

/** The line `|-- ADDRESS` above each `/32 host LOCAL` (Linux, net/ipv4/fib_trie.c). */
function localIpv4(trie: string): string[] {
  const lines = trie.split('\n');
  return lines.flatMap((line, index) => {
    if (!line.includes('/32 host LOCAL')) return [];
    return /\|-- ([0-9.]+)/.exec(lines[index - 1] ?? '')?.[1] ?? [];
  });
}

/** First column: 32 hex digits (Linux, net/ipv6/addrconf.c). */
function localIpv6(table: string): string[] {
  return table.split('\n').flatMap((line) => {
    const hex = /^([0-9a-f]{32}) /.exec(line)?.[1];
    return hex === undefined ? [] : ipv6Text(hex);
  });
}

/** Columns: interface, destination, gateway, flags; addresses are little-endian hex (Linux, net/ipv4/fib_trie.c). */
function gatewaysIpv4(table: string): string[] {
  return table.split('\n').flatMap((line) => {
    const [, destination, gateway] = line.split(/\s+/);
    if (destination !== '00000000' || gateway === undefined || gateway === '00000000') return [];
    return Buffer.from(gateway, 'hex').reverse().join('.');
  });
}

/** Columns: destination, its prefix length, source, its prefix length, next hop (Linux, net/ipv6/route.c). */
function gatewaysIpv6(table: string): string[] {
  const none = '0'.repeat(32);
  return table.split('\n').flatMap((line) => {
    const [destination, prefix, , , nextHop] = line.split(/\s+/);
    if (destination !== none || prefix !== '00' || nextHop === undefined || nextHop === none) return [];
    return ipv6Text(nextHop);
  });
}

const ipv6Text = (hex: string) => (hex.match(/.{4}/g) ?? []).join(':');
