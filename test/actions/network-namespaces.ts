// A victim host and an attacker's host, each a network namespace of its own, joined by a cable.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Why tests cannot have network namespaces and nftables on this machine; undefined when they can. */
export function whyNoNamespaces(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const binary of ['ip', 'nft', 'nsenter']) {
    if (spawnSync(binary, ['--version']).error !== undefined) return `${binary} is not installed`;
  }
  const probe = `fbprobe${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0) return 'this kernel gives no network namespaces';
  const nft = spawnSync('nsenter', [`--net=/run/netns/${probe}`, 'nft', 'list', 'ruleset']);
  execFileSync('ip', ['netns', 'delete', probe]);
  return nft.status === 0 ? undefined : 'this kernel has no nftables';
}

const server = `require('node:http').createServer((_, answer) => answer.end('hello'))
  .listen(8000, '::', () => console.log('ready'))`;
const client = `const socket = require('node:net').connect({ port: 8000, host: process.argv[1], timeout: 400 });
  const end = (code) => { socket.destroy(); process.exit(code) };
  socket.on('connect', () => socket.write('GET / HTTP/1.0\\r\\n\\r\\n'));
  socket.on('data', () => end(0)).on('timeout', () => end(1)).on('error', () => end(1));
  setTimeout(() => end(1), 400)`;

export interface TwoHosts {
  victim: string;
  victimAddress: { ipv4: string; ipv6: string };
  attackerAddress: { ipv4: string; ipv6: string };
  /** Does the victim's web server answer the attacker? */
  attackerReaches(family: 'ipv4' | 'ipv6'): Promise<boolean>;
  nft(...words: string[]): string;
  remove(): Promise<void>;
}

let made = 0;

export async function twoHosts(): Promise<TwoHosts> {
  const id = `${process.pid}x${made++}`;
  const victim = `fbv${id}`;
  const attacker = `fba${id}`;
  const victimAddress = { ipv4: '198.51.100.1', ipv6: '2001:db8:1::1' };
  const attackerAddress = { ipv4: '198.51.100.66', ipv6: '2001:db8:1::66' };
  for (const namespace of [victim, attacker]) execFileSync('ip', ['netns', 'add', namespace]);
  execFileSync('ip', ['-n', victim, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', attacker]);
  for (const [namespace, address] of [
    [victim, victimAddress],
    [attacker, attackerAddress],
  ] as const) {
    execFileSync('ip', ['-n', namespace, 'address', 'add', `${address.ipv4}/24`, 'dev', 'eth0']);
    execFileSync('ip', ['-n', namespace, 'address', 'add', `${address.ipv6}/64`, 'dev', 'eth0', 'nodad']);
    for (const link of ['lo', 'eth0']) execFileSync('ip', ['-n', namespace, 'link', 'set', link, 'up']);
  }
  const web = inside(victim, 'node', '-e', server);
  if (web.stdout === null) throw new Error('the server has no output');
  await once(web.stdout, 'data');
  return {
    victim,
    victimAddress,
    attackerAddress,
    async attackerReaches(family) {
      const [exitCode] = await once(inside(attacker, 'node', '-e', client, victimAddress[family]), 'exit');
      return exitCode === 0;
    },
    nft: (...words) => execFileSync('nsenter', [`--net=/run/netns/${victim}`, 'nft', ...words], { encoding: 'utf8' }),
    async remove() {
      web.kill('SIGKILL');
      await once(web, 'exit');
      for (const namespace of [victim, attacker]) execFileSync('ip', ['netns', 'delete', namespace]);
    },
  };
}

function inside(namespace: string, ...command: string[]): ChildProcess {
  return spawn('nsenter', [`--net=/run/netns/${namespace}`, '--', ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
