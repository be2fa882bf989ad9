// The blocklist in nftables: one table that Firebreak owns alone. For each prefix length there is a set with timeouts
// and two chains, one that drops what comes from a listed network and one that drops what goes to it. A set per length,
// because one interval set refuses networks that overlap, and two incidents may block a host and its network.

import { z } from 'zod';
import { addressText, isSingleAddress, type Network } from '../../net/ip.ts';
import { ActionError } from '../action.ts';
import type { Firewall } from '../targets.ts';
import { runBinary } from './run-binary.ts';

export interface BlockedElement {
  /** Seconds until the kernel drops the element; absent: never. */
  expiresInS?: number;
  /** Packets dropped since the element was last written. */
  packets: number;
}

/** More than any person would review; the set must not eat the kernel's memory. */
const maxElements = 65_536;
/** Before connection tracking and address translation, where the wire's true source is seen. */
const beforeAllElse = -300;
/** After everything, where the wire's true destination is seen. */
const afterAllElse = 300;

const listing = z.object({ nftables: z.array(z.record(z.string(), z.unknown())) });
const listedElement = z.object({
  val: z.string(),
  expires: z.number().optional(),
  counter: z.object({ packets: z.number() }).optional(),
});
const listedSet = z.object({
  elem: z.array(z.union([z.string().transform((val) => ({ val })), z.object({ elem: listedElement })])).default([]),
});
const listedRule = z.object({ chain: z.string(), expr: z.array(z.record(z.string(), z.unknown())) });

export interface BlocklistState {
  /** The set is there, and both chains drop what it lists. */
  whole: boolean;
  /** The network's own entry in the set. */
  element?: BlockedElement;
}

export async function lookAt(firewall: Firewall, network: Network, signal: AbortSignal): Promise<BlocklistState> {
  const names = namesFor(network);
  const listings = await Promise.all([
    list(firewall, 'set', names.set, signal),
    list(firewall, 'chain', names.from, signal),
    list(firewall, 'chain', names.to, signal),
  ]);
  const entries = listings.flat();
  const address = addressText(network);
  const element = entries
    .flatMap((entry) => listedSet.safeParse(entry.set).data?.elem ?? [])
    .map((entry): z.output<typeof listedElement> => ('elem' in entry ? entry.elem : entry))
    .find(({ val }) => val === address);
  const dropped = entries.filter((entry) => entry.rule !== undefined && drops(entry.rule, names.set));
  const chains = new Set(dropped.map((entry) => listedRule.parse(entry.rule).chain));
  const whole = chains.has(names.from) && chains.has(names.to);
  if (element === undefined) return { whole };
  const packets = element.counter?.packets ?? 0;
  return { whole, element: element.expires === undefined ? { packets } : { packets, expiresInS: element.expires } };
}

/**
 * Lists the network, or gives the listed one a new timeout, in one transaction: no packet slips through in between.
 * @param timeoutS undefined: until it is taken off
 * @param seen what is there already; then the kernel need not wait until nobody uses what is replaced, some 10 ms
 */
export async function block(
  firewall: Firewall,
  network: Network,
  timeoutS: number | undefined,
  seen: BlocklistState,
  signal: AbortSignal,
): Promise<void> {
  const address = addressText(network);
  const element = (elem: unknown) => ({
    element: { family: 'inet', table: firewall.table, name: namesFor(network).set, elem: [elem] },
  });
  const wanted = element(timeoutS === undefined ? address : { elem: { val: address, timeout: timeoutS } });
  if (seen.whole && seen.element === undefined) {
    const result = await nft(firewall, [{ create: wanted }], signal);
    if (result.exitCode === 0) return;
    // Somebody else changed the list meanwhile: then all of it is written, whatever is there.
  }
  await transact(
    firewall,
    [
      ...blocklist(firewall, network),
      // Adding what is there changes nothing, not even its timeout; so it is added, deleted and added anew.
      { add: element(address) },
      { delete: element(address) },
      { add: wanted },
    ],
    signal,
  );
}

/** Takes the network off the list, whether or not it is on it. The set and its chains stay. */
export async function unblock(firewall: Firewall, network: Network, signal: AbortSignal): Promise<void> {
  const names = namesFor(network);
  if ((await list(firewall, 'set', names.set, signal)).length === 0) return;
  const element = {
    element: { family: 'inet', table: firewall.table, name: names.set, elem: [addressText(network)] },
  };
  // Deleting what is not there would be an error, so it is added first.
  await transact(firewall, [{ add: element }, { delete: element }], signal);
}

function namesFor(network: Network) {
  const suffix = `${network.family === 'ipv4' ? 'v4' : 'v6'}_${network.prefix}`;
  return { set: `blocked_${suffix}`, from: `from_${suffix}`, to: `to_${suffix}` };
}

/** The table, the set and the chains that the network needs; writing them again changes nothing. */
function blocklist(firewall: Firewall, network: Network) {
  const names = namesFor(network);
  const place = { family: 'inet', table: firewall.table };
  const type = network.family === 'ipv4' ? 'ipv4_addr' : 'ipv6_addr';
  const stmt = [{ counter: null }];
  return [
    { add: { table: { family: 'inet', name: firewall.table } } },
    { add: { set: { ...place, name: names.set, type, flags: ['timeout'], size: maxElements, stmt } } },
    ...dropping(place, names.from, { hook: 'prerouting', prio: beforeAllElse }, 'saddr', network),
    ...dropping(place, names.to, { hook: 'postrouting', prio: afterAllElse }, 'daddr', network),
  ];
}

/** A chain with one rule, the same however often it is written. */
function dropping(
  place: { family: string; table: string },
  chain: string,
  at: { hook: string; prio: number },
  field: 'saddr' | 'daddr',
  network: Network,
) {
  const payload = { payload: { protocol: network.family === 'ipv4' ? 'ip' : 'ip6', field } };
  const left = isSingleAddress(network) ? payload : { '&': [payload, maskText(network)] };
  const match = { op: '==', left, right: `@${namesFor(network).set}` };
  return [
    { add: { chain: { ...place, name: chain, type: 'filter', ...at, policy: 'accept' } } },
    { flush: { chain: { ...place, name: chain } } },
    { add: { rule: { ...place, chain, expr: [{ match }, { drop: null }] } } },
  ];
}

function maskText(network: Network): string {
  const bytes = network.bytes.map((_, index) => {
    const ones = Math.min(8, Math.max(0, network.prefix - index * 8));
    return (0xff << (8 - ones)) & 0xff;
  });
  return addressText({ ...network, bytes });
}

function drops(rule: unknown, set: string): boolean {
  const { expr } = listedRule.parse(rule);
  const matches = expr.some(({ match }) => z.object({ right: z.literal(`@${set}`) }).safeParse(match).success);
  return matches && expr.some((part) => 'drop' in part);
}

async function list(firewall: Firewall, kind: 'set' | 'chain', name: string, signal: AbortSignal) {
  const result = await nft(firewall, [{ list: { [kind]: { family: 'inet', table: firewall.table, name } } }], signal);
  if (result.exitCode === 0) return listing.parse(JSON.parse(result.stdout)).nftables;
  if (result.stderr.includes('No such file or directory')) return [];
  throw new ActionError('firewall_unreadable', `nft could not list the ${kind} ${name}: ${result.stderr.trim()}`);
}

async function transact(firewall: Firewall, commands: readonly object[], signal: AbortSignal): Promise<void> {
  const result = await nft(firewall, commands, signal);
  if (result.exitCode === 0) return;
  // The transaction is all or nothing, so nothing was changed.
  throw new ActionError('firewall_refused', `nft refused: ${result.stderr.trim()}`, { settled: true });
}

async function nft(firewall: Firewall, commands: readonly object[], signal: AbortSignal) {
  const entered = firewall.namespace === undefined ? [] : ['nsenter', `--net=/run/netns/${firewall.namespace}`, '--'];
  // As an argument: nft opens its standard input by path, which fails on the socket that Node gives it.
  const words = ['nft', '-j', JSON.stringify({ nftables: commands })];
  const [binary = 'nft', ...rest] = [...entered, ...words];
  try {
    return await runBinary({ binary, arguments: rest, signal, maxOutputBytes: 32 * 1024 * 1024 });
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ActionError('nft_missing', `${binary} is not installed on this machine`, { settled: true, cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
