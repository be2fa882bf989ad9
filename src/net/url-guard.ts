// Which URLs and addresses a request may go to: the judgement of safe-fetch.ts, without the request.

import { type AllowRule, allowedBy, portOf } from './allow-rule.ts';
import { networkText, neverARemoteHost, notPublic, parseNetwork, rangeThatOverlaps, translatedIpv4 } from './ip.ts';

export class SafeFetchError extends Error {
  readonly code: 'url_refused' | 'address_refused' | 'name_unknown' | 'request_failed' | 'request_timed_out';

  constructor(code: SafeFetchError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SafeFetchError';
    this.code = code;
  }
}

/** @throws SafeFetchError `url_refused` */
export function checkedUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new SafeFetchError('url_refused', 'It must be an http or https URL');
  }
  if (url.username !== '' || url.password !== '') {
    throw new SafeFetchError('url_refused', 'It must not hold a user name or password');
  }
  return url;
}

/** Why a URL whose host is an address is refused; undefined when it is not, or when its name must be resolved first. */
export function whyAddressRefused(url: URL, allow: readonly AllowRule[]): string | undefined {
  const host = hostOf(url);
  return parseNetwork(host) === undefined ? undefined : whyRefused(url, host, allow);
}

export const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, '');

/** Why this address, reached under the URL's name, is refused; undefined when it is not. */
export function whyRefused(url: URL, address: string, allow: readonly AllowRule[]): string | undefined {
  const network = parseNetwork(address);
  if (network === undefined) return `${address} is no address`;
  if (allowedBy(allow, hostOf(url), network, portOf(url))) return undefined;
  const range = rangeThatOverlaps(network, [...neverARemoteHost, ...translatedIpv4, ...notPublic]);
  return range && `${url.host} is ${networkText(network)}, a ${range.name} address`;
}
