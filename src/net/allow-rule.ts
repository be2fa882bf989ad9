// A place that outbound requests may reach although it is not public: `10.0.0.0/8`, `127.0.0.1:9000`, `[::1]:443`,
// `intranet.example`, `intranet.example:443`. Without a port, every port.

import { z } from 'zod';
import { contains, type Network, neverARemoteHost, parseNetwork, rangeThatOverlaps } from './ip.ts';

export type AllowRule =
  | { kind: 'network'; network: Network; port?: number }
  /** `local`: also where the name stands for this machine or its link, which other names must not. */
  | { kind: 'host'; host: string; port?: number; local?: boolean };

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i;

export function parseAllowRule(text: string): AllowRule | undefined {
  const whole = parseNetwork(text);
  if (whole !== undefined) return { kind: 'network', network: whole };
  const parts = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::([1-9][0-9]{0,4}))?$/.exec(text);
  if (parts === null) return undefined;
  const port = parts[3] === undefined ? {} : { port: Number(parts[3]) };
  if (port.port !== undefined && port.port > 65_535) return undefined;
  const network = parseNetwork(parts[1] ?? parts[2] ?? '');
  if (network !== undefined) return { kind: 'network', network, ...port };
  const host = parts[2];
  // A name whose last label is a number is an address to URL parsers.
  if (host === undefined || !hostName.test(host) || /(^|\.)[0-9]+\.?$/.test(host)) return undefined;
  return { kind: 'host', host: bare(host), ...port, ...(bare(host) === 'localhost' ? { local: true } : {}) };
}

const bare = (host: string) => host.toLowerCase().replace(/\.$/, '');

/** The place of a URL that an administrator configured, wherever its name leads. */
export function ruleForConfigured(url: string): AllowRule {
  const { hostname } = new URL(url);
  const port = portOf(new URL(url));
  const network = parseNetwork(hostname.replace(/^\[|\]$/g, ''));
  return network === undefined
    ? { kind: 'host', host: bare(hostname), port, local: true }
    : { kind: 'network', network, port };
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

export const allowRule = z.string().transform((text, context) => {
  const rule = parseAllowRule(text);
  if (rule !== undefined) return rule;
  context.addIssue({
    code: 'custom',
    message:
      'write a CIDR, an address or a host name, with a port if you like: 10.0.0.0/8, 127.0.0.1:9000, [::1]:443, intranet.example:443.',
  });
  return z.NEVER;
});

/** Does some rule open this address, reached under this name at this port? */
export function allowedBy(rules: readonly AllowRule[], host: string, address: Network, port: number): boolean {
  return rules.some((rule) => {
    if (rule.port !== undefined && rule.port !== port) return false;
    if (rule.kind === 'network') return contains(rule.network, address);
    // Whoever controls the name's DNS could point it at the cloud's metadata service or at us.
    if (rule.host !== bare(host)) return false;
    return rule.local === true || rangeThatOverlaps(address, neverARemoteHost) === undefined;
  });
}
