import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuardFacts } from '../../src/actions/action.ts';
import { blockIp } from '../../src/actions/block-ip.ts';
import { readHostFacts } from '../../src/actions/host-facts.ts';
import { extendAction, runAction } from '../../src/actions/runner.ts';
import { parseTargets, type Targets } from '../../src/actions/targets.ts';
import { readBack, undoAction } from '../../src/actions/undo.ts';
import { type MemoryJournal, memoryJournal } from './memory-journal.ts';
import { type TwoHosts, twoHosts, whyNoNamespaces } from './network-namespaces.ts';
import { openFacts, runOptions } from './options.ts';

const facts: GuardFacts = {
  ...openFacts,
  protected: {
    ...openFacts.protected,
    cidrs: ['203.0.113.64/28', '2001:db8:aa::/48'],
    hosts: ['198.51.100.9', 'dc.example'],
  },
  host: {
    addresses: ['192.0.2.2', '2001:db8:5::2'],
    resolvers: ['192.0.2.53'],
    gateways: ['192.0.2.1', 'fd00::1'],
  },
};

/** The code of the refusal of an address as somebody writes it, `params` when it is no address. */
function verdict(ip: string, given: GuardFacts = facts): string | undefined {
  const parsed = blockIp.params.safeParse({ ip });
  return parsed.success ? blockIp.refuse(parsed.data, given)?.code : 'params';
}

describe('what block_ip refuses', () => {
  it.each([
    ['203.0.113.7', undefined],
    ['203.0.113.0/26', undefined],
    ['2001:db8:1::66', undefined],
    ['10.1.2.3', undefined],
    ['192.0.2.2', 'own_address'],
    ['192.0.2.0/24', 'own_address'],
    ['::ffff:192.0.2.2', 'own_address'],
    ['::ffff:c000:202', 'own_address'],
    ['2001:0DB8:0005::0002', 'own_address'],
    ['192.0.2.53', 'resolver'],
    ['192.0.2.1', 'gateway'],
    ['fd00::/64', 'gateway'],
    ['203.0.113.70', 'protected_range'],
    ['203.0.113.0/24', 'protected_range'],
    ['2001:db8:aa:1::5', 'protected_range'],
    ['198.51.100.9', 'protected_range'],
    ['127.0.0.1', 'loopback_address'],
    ['127.9.9.9', 'loopback_address'],
    ['::1', 'loopback_address'],
    ['::ffff:127.0.0.1', 'loopback_address'],
    ['169.254.169.254', 'link_local_address'],
    ['fe80::1', 'link_local_address'],
    ['224.0.0.1', 'multicast_address'],
    ['ff02::1', 'multicast_address'],
    ['0.0.0.0', 'unspecified_address'],
    ['::', 'unspecified_address'],
    ['255.255.255.255', 'reserved_address'],
    ['203.0.112.0/23', 'prefix_too_wide'],
    ['0.0.0.0/0', 'prefix_too_wide'],
    ['::/0', 'prefix_too_wide'],
    ['::ffff:0:0/96', 'prefix_too_wide'],
    ['64:ff9b::7f00:1', 'translated_ipv4'],
    ['2002:7f00:1::1', 'translated_ipv4'],
    ['2001:0:1::1', 'translated_ipv4'],
    ['::7f00:1', 'translated_ipv4'],
    ['127.1', 'params'],
    ['0x7f000001', 'params'],
    ['2130706433', 'params'],
    ['0177.0.0.1', 'params'],
    ['fe80::1%eth0', 'params'],
    ['203.0.113.7/33', 'params'],
    ['203.0.113.7/024', 'params'],
    ['203.0.113.7/', 'params'],
    ['203.0.113.7/24/8', 'params'],
    [' 203.0.113.7', 'params'],
    ['203.0.113.7; reboot', 'params'],
    ['example.com', 'params'],
    ['', 'params'],
  ])('%s: %s', (ip, code) => {
    expect(verdict(ip)).toBe(code);
  });

  const ipv4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((bytes) => bytes.join('.'));
  const spelling = fc.constantFrom(
    (ip: string) => ip,
    (ip: string) => `${ip}/32`,
    (ip: string) => `::ffff:${ip}`,
    (ip: string) => `0:0:0:0:0:FFFF:${ip}/128`,
  );
  const hostOf = (address: string): GuardFacts => ({
    ...openFacts,
    host: { addresses: [address], resolvers: [], gateways: [] },
  });

  it('is the same for every spelling of an address', () => {
    fc.assert(
      fc.property(ipv4, spelling, (ip, spell) => {
        expect(verdict(spell(ip), hostOf('192.0.2.2'))).toBe(verdict(ip, hostOf('192.0.2.2')));
        expect(blockIp.params.parse({ ip: spell(ip) })).toEqual({ ip });
      }),
    );
  });

  it('is every network that holds an address of this host, however wide', () => {
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 0, max: 32 }), (own, prefix) => {
        expect(verdict(`${own}/${prefix}`, hostOf(own))).toBeDefined();
      }),
    );
  });

  it('never is an address merely because another one is protected', () => {
    const ordinary = fc
      .tuple(fc.integer({ min: 1, max: 126 }), fc.nat(255), fc.nat(255), fc.nat(255))
      .map((bytes) => bytes.join('.'));
    fc.assert(
      fc.property(ordinary, ordinary, (ip, own) => {
        fc.pre(ip !== own);
        expect(verdict(ip, hostOf(own))).toBeUndefined();
      }),
    );
  });
});

const missing = whyNoNamespaces();

describe.skipIf(missing)(`block_ip on a real firewall${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let hosts: TwoHosts;
  let targets: Targets;
  let journal: MemoryJournal;

  beforeEach(async () => {
    hosts = await twoHosts();
    targets = parseTargets(`firewall: { namespace: ${hosts.victim} }`, 'targets.yaml');
    journal = memoryJournal();
  });
  afterEach(async () => hosts.remove());

  const live = (key: string, expiresInS?: number) =>
    runOptions({
      key,
      targets,
      journal,
      ...(expiresInS === undefined ? {} : { expiresAt: new Date(Date.now() + expiresInS * 1_000).toISOString() }),
    });

  it.each(['ipv4', 'ipv6'] as const)(
    'an attacker on %s loses access, and has it back when the block is undone',
    async (family) => {
      const params = { ip: hosts.attackerAddress[family] };
      expect(await hosts.attackerReaches(family)).toBe(true);
      expect(await runAction(blockIp, params, live('i1/block', 600))).toMatchObject({ state: 'applied' });
      expect(await hosts.attackerReaches(family)).toBe(false);
      const undone = await undoAction(blockIp, params, live('i1/block'));
      expect(undone).toMatchObject({ state: 'undone' });
      expect(undone.detail).toMatch(/[1-9][0-9]* packets were dropped/);
      expect(await hosts.attackerReaches(family)).toBe(true);
    },
  );

  it('cuts the whole network off when a network is blocked, and leaves others alone', async () => {
    await runAction(blockIp, { ip: '2001:db8:2::/64' }, live('i1/block'));
    expect(await hosts.attackerReaches('ipv6')).toBe(true);
    await runAction(blockIp, { ip: '198.51.100.64/26' }, live('i2/block'));
    expect(await hosts.attackerReaches('ipv4')).toBe(false);
  });

  it('blocks a host inside a blocked network, and each goes when its own hold ends', async () => {
    const network = { ip: '198.51.100.64/26' };
    const host = { ip: hosts.attackerAddress.ipv4 };
    await runAction(blockIp, network, live('i1/block'));
    expect(await runAction(blockIp, host, live('i2/block'))).toMatchObject({ state: 'applied' });
    await undoAction(blockIp, network, live('i1/block'));
    expect(await hosts.attackerReaches('ipv4')).toBe(false);
    await undoAction(blockIp, host, live('i2/block'));
    expect(await hosts.attackerReaches('ipv4')).toBe(true);
  });

  it('stays while a second incident holds the same address', async () => {
    const params = { ip: hosts.attackerAddress.ipv4 };
    await runAction(blockIp, params, live('i1/block', 600));
    await runAction(blockIp, params, live('i2/block', 600));
    expect(await undoAction(blockIp, params, live('i1/block'))).toMatchObject({ stillHeldBy: ['i2/block'] });
    expect(await hosts.attackerReaches('ipv4')).toBe(false);
    await undoAction(blockIp, params, live('i2/block'));
    expect(await hosts.attackerReaches('ipv4')).toBe(true);
  });

  it('is dropped by the kernel shortly after its end when Firebreak is gone', async () => {
    const params = { ip: hosts.attackerAddress.ipv4 };
    await runAction(blockIp, params, live('i1/block', 30));
    const seconds =
      Number(/expires (\d+)m/.exec(hosts.nft('list', 'set', 'inet', 'firebreak', 'blocked_v4_32'))?.[1]) * 60;
    expect(seconds).toBe(60);
    // The same element with what is left of its time, rather than a test of a minute and a half.
    hosts.nft('delete element inet firebreak blocked_v4_32', `{ ${params.ip} }`);
    hosts.nft('add element inet firebreak blocked_v4_32', `{ ${params.ip} timeout 1s }`);
    expect(await hosts.attackerReaches('ipv4')).toBe(false);
    await expect.poll(() => hosts.attackerReaches('ipv4'), { timeout: 5_000 }).toBe(true);
    expect(await readBack(blockIp, live('i1/block'))).toMatchObject({ state: 'absent' });
  });

  it('lasts longer when it is extended, and is never shortened by another incident', async () => {
    const params = { ip: hosts.attackerAddress.ipv4 };
    const hour = 3_600;
    await runAction(blockIp, params, live('i1/block', hour));
    const later = new Date(Date.now() + 5 * hour * 1_000).toISOString();
    expect(await extendAction(blockIp, { ...live('i1/block'), expiresAt: later })).toMatchObject({ state: 'applied' });
    expect(hosts.nft('list', 'table', 'inet', 'firebreak')).toMatch(/expires (5h|4h59m)/);
    await runAction(blockIp, params, live('i2/block', hour));
    expect(hosts.nft('list', 'table', 'inet', 'firebreak')).toMatch(/expires (5h|4h59m)/);
  });

  it('is not believed when somebody removed the rules that use the set', async () => {
    await runAction(blockIp, { ip: hosts.attackerAddress.ipv4 }, live('i1/block'));
    expect(await readBack(blockIp, live('i1/block'))).toMatchObject({ state: 'applied' });
    hosts.nft('flush', 'chain', 'inet', 'firebreak', 'from_v4_32');
    expect(await readBack(blockIp, live('i1/block'))).toMatchObject({ state: 'absent' });
  });

  it('is written once however often it is applied', async () => {
    const params = { ip: hosts.attackerAddress.ipv4 };
    for (const key of ['i1/block', 'i2/block', 'i3/block']) await runAction(blockIp, params, live(key));
    const table = hosts.nft('list', 'table', 'inet', 'firebreak');
    expect(table.match(/ drop$/gm)).toHaveLength(2);
    expect(table.match(/198\.51\.100\.66/g)).toHaveLength(1);
  });

  it('has nothing to do when somebody deleted the table', async () => {
    await runAction(blockIp, { ip: hosts.attackerAddress.ipv4 }, live('i1/block'));
    hosts.nft('delete', 'table', 'inet', 'firebreak');
    const undone = await undoAction(blockIp, { ip: hosts.attackerAddress.ipv4 }, live('i1/block'));
    expect(undone.detail).toContain('it was not blocked any more');
  });

  it('does not cut off the host itself, although the guards were not told its addresses', async () => {
    expect(await runAction(blockIp, { ip: hosts.victimAddress.ipv6 }, live('i1/block'))).toMatchObject({
      state: 'failed',
      failure: { code: 'own_address' },
    });
    expect(await readHostFacts(hosts.victim)).toMatchObject({
      addresses: expect.arrayContaining([hosts.victimAddress.ipv4]),
    });
  });

  it('does not block what was to end in the past', async () => {
    const outcome = await runAction(blockIp, { ip: hosts.attackerAddress.ipv4 }, live('i1/block', -5));
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'already_expired' } });
  });
});
