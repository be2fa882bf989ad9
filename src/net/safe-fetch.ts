// An HTTP request that cannot be turned against our own network (SSRF). Refuses addresses that are not public unless a
// rule allows them, connects only to the addresses that it checked, follows no redirects and uses no proxy.

import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AllowRule } from './allow-rule.ts';
import { checkedUrl, hostOf, SafeFetchError, whyRefused } from './url-guard.ts';

export interface SafeRequest {
  url: string;
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Places that may be reached although they are not public. */
  allow?: readonly AllowRule[];
  /** For all of it: name, connection, answer. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Kept of the answer's body; the rest is not read. */
  maxBodyBytes?: number;
}

export interface SafeResponse {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
  /** True when the body was longer than `maxBodyBytes`. */
  bodyCut: boolean;
}

interface PinnedAddress {
  address: string;
  family: 4 | 6;
}

/**
 * A redirect is an answer like any other: its `location` is for the caller to judge.
 * @throws SafeFetchError, and the reason of `signal` when that was aborted
 */
export async function safeFetch(request: SafeRequest): Promise<SafeResponse> {
  const url = checkedUrl(request.url);
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
  try {
    const pinned = await untilAborted(allowedAddresses(url, request.allow ?? []), signal);
    return await exchange(url, pinned, request, signal);
  } catch (error) {
    request.signal?.throwIfAborted();
    if (timeout.aborted) {
      throw new SafeFetchError('request_timed_out', `${url.host} did not answer within ${request.timeoutMs} ms`);
    }
    if (error instanceof SafeFetchError) throw error;
    throw new SafeFetchError('request_failed', `${url.host}: ${messageOf(error)}`, { cause: error });
  }
}

async function allowedAddresses(url: URL, allow: readonly AllowRule[]): Promise<PinnedAddress[]> {
  const host = hostOf(url);
  const found = await lookup(host, { all: true, verbatim: true }).catch((error) => {
    throw new SafeFetchError('name_unknown', `${host} has no address`, { cause: error });
  });
  const allowed = found.filter(({ address }) => whyRefused(url, address, allow) === undefined);
  if (allowed.length > 0) return allowed.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  const reasons = found.flatMap(({ address }) => whyRefused(url, address, allow) ?? []);
  throw new SafeFetchError('address_refused', reasons.join('; ') || `${host} has no address`);
}

function exchange(
  url: URL,
  pinned: readonly PinnedAddress[],
  request: SafeRequest,
  signal: AbortSignal,
): Promise<SafeResponse> {
  const limit = request.maxBodyBytes ?? 256 * 1024;
  const options: RequestOptions = {
    method: request.method ?? 'GET',
    headers: { 'accept-encoding': 'identity', 'user-agent': 'firebreak', ...request.headers },
    signal,
    // No agent: neither a kept connection to an address checked for another request, nor a proxy from the environment.
    agent: false,
    lookup: (_host, asked, done) => {
      if (asked.all) done(null, [...pinned]);
      else done(null, pinned[0]?.address ?? '', pinned[0]?.family);
    },
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = send(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = (bodyCut: boolean) => {
        const body = Buffer.concat(chunks).subarray(0, limit).toString('utf8');
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body, bodyCut });
        if (bodyCut) sent.destroy();
      };
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > limit) finish(true);
      });
      answer.on('end', () => finish(false));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(request.body);
  });
}

/** A lookup cannot be cancelled, only no longer waited for. */
function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
