// Cuts an address or a network off at the host firewall, both ways, and never what keeps this host reachable.

import { type Network, parseNetwork } from '../net/ip.ts';
import { type ActionContext, ActionError, defineAction } from './action.ts';
import { type BlockIpParams, blockIpDescription } from './descriptions/block-ip.ts';
import { readHostFacts } from './host-facts.ts';
import { refusalOfHost } from './lib/ip-guard.ts';
import { withLock } from './lib/keyed-lock.ts';
import { block, lookAt, unblock } from './lib/nft-blocklist.ts';
import type { Firewall } from './targets.ts';

/** The kernel drops the block by itself this long after Firebreak should have: the safety if Firebreak is gone. */
const marginS = 60;
/** What a clock that is read twice may differ by. */
const toleranceS = 5;

export const blockIp = defineAction<BlockIpParams>({
  ...blockIpDescription,
  idempotent: true,
  live: (_, targets) => targets.firewall !== undefined,
  realTargets: (targets) => (targets.firewall === undefined ? [] : 'any'),
  async apply({ ip }, context) {
    const network = networkOf(ip);
    const firewall = firewallOf(context);
    // Read anew: addresses and routes may have changed since the guards ran.
    const refusal = refusalOfHost(network, await readHostFacts(firewall.namespace));
    if (refusal !== undefined) throw new ActionError(refusal.code, refusal.reason, { settled: true });
    const wantedS = secondsFor(context.expiresAt);
    return withLock(lockOf(firewall), async () => {
      const seen = await lookAt(firewall, network, context.signal);
      // Never shortened: another containment may hold the same network for longer.
      const timeoutS = longer(wantedS, seen.element === undefined ? 0 : seen.element.expiresInS);
      await block(firewall, network, timeoutS, seen, context.signal);
      const until = timeoutS === undefined ? 'until it is lifted' : `for at most ${timeoutS} s`;
      return { detail: `Blocked ${ip} at the host firewall ${until}`, evidence: { ip, table: firewall.table } };
    });
  },
  async verify({ ip }, _, context) {
    const { whole, element: present } = await lookAt(firewallOf(context), networkOf(ip), context.signal);
    if (present === undefined || !whole) return { state: 'absent', detail: `The firewall does not drop ${ip}` };
    const wantedS = context.undoes === undefined ? secondsLeft(context.expiresAt) : undefined;
    if (present.expiresInS !== undefined && wantedS !== undefined && present.expiresInS < wantedS - toleranceS) {
      return { state: 'absent', detail: `The firewall drops ${ip} for ${present.expiresInS} s only` };
    }
    return {
      state: 'applied',
      detail: `The firewall drops ${ip}; ${present.packets} packets dropped so far`,
      evidence: { ip, table: firewallOf(context).table },
    };
  },
  async undo({ ip }, _, context) {
    const firewall = firewallOf(context);
    const { element: present } = await lookAt(firewall, networkOf(ip), context.signal);
    await withLock(lockOf(firewall), () => unblock(firewall, networkOf(ip), context.signal));
    const dropped = present === undefined ? 'it was not blocked any more' : `${present.packets} packets were dropped`;
    return { detail: `Unblocked ${ip} (${dropped})`, evidence: { ip, table: firewall.table } };
  },
});

function networkOf(ip: string): Network {
  const network = parseNetwork(ip);
  if (network === undefined) throw new ActionError('params_invalid', `${ip} is no address`, { settled: true });
  return network;
}

function firewallOf(context: ActionContext): Firewall {
  const { firewall } = context.targets;
  if (firewall === undefined)
    throw new ActionError('no_target', 'The targets file names no firewall', { settled: true });
  return firewall;
}

const lockOf = (firewall: Firewall) => `nft:${firewall.namespace ?? ''}:${firewall.table}`;

function secondsLeft(expiresAt: string | undefined): number | undefined {
  return expiresAt === undefined ? undefined : Math.ceil((Date.parse(expiresAt) - Date.now()) / 1_000);
}

function secondsFor(expiresAt: string | undefined): number | undefined {
  const left = secondsLeft(expiresAt);
  if (left === undefined) return undefined;
  if (left > 0) return left + marginS;
  throw new ActionError('already_expired', `It was to end at ${expiresAt}, which is past`, { settled: true });
}

/** Undefined is for ever. */
function longer(wantedS: number | undefined, presentS: number | undefined): number | undefined {
  return wantedS === undefined || presentS === undefined ? undefined : Math.max(wantedS, presentS);
}
