// Requests as the gateway hands them to a source, without a gateway.

import type { Alert } from '../../src/core/alert.ts';
import { noSourceSettings } from '../../src/core/plan/sources.ts';
import { loadPlan } from '../../src/plan/load.ts';
import {
  type SignedMessage,
  type Source,
  type SourceRequest,
  type SourceWorld,
  signedMessage,
} from '../../src/sources/source.ts';
import { sealSns, snsFetch, topic } from './sns-signer.ts';

const shipped = (await loadPlan(new URL('../../response-plan', import.meta.url).pathname)).plan.sources;

/** The shipped plan's mappings, one topic of SNS, and no network. */
export const testWorld: SourceWorld = {
  settings: { ...(shipped ?? noSourceSettings), sns: { topics: [topic] } },
  fetch: snsFetch().fetch,
};

/** As the tool sends it; what SNS sends is signed by the tests' own certificate. */
export function messageOf(source: Source, body: string, credential: string, nowMs: number): SignedMessage {
  if (source.name !== 'sns') return signedMessage(source, body, credential, nowMs);
  let sealed = body;
  try {
    sealed = sealSns(body, nowMs);
  } catch {
    // Not a message: nothing of it can be signed.
  }
  return { body: sealed, headers: source.sign(sealed, credential, nowMs) };
}

/** Unsigned: for what happens once the sender is known. */
export function requestOf(
  body: string | Buffer,
  atMs: number,
  { headers = {}, path = [] }: { headers?: Record<string, string>; path?: string[] } = {},
): SourceRequest {
  return { headers, path, body: Buffer.isBuffer(body) ? body : Buffer.from(body), receivedAtMs: atMs };
}

/** With the headers that say what the body is. */
export function signedRequest(source: Source, body: string, credential: string, signedAtMs: number, atMs = signedAtMs) {
  const { body: sealed, headers } = messageOf(source, body, credential, signedAtMs);
  return requestOf(sealed, atMs, { headers, path: source.samplePath ? [source.samplePath] : [] });
}

export function alertsOf(source: Source, request: SourceRequest, world = testWorld): Alert[] {
  return source.normalise(source.parse(request, world), request.receivedAtMs);
}

/** Of a body as the tool sends it. */
export function alertsOfBody(source: Source, body: string, atMs: number): Alert[] {
  const unsigned = { body, headers: source.sign(body, source.newCredential(), atMs) };
  const path = source.samplePath ? [source.samplePath] : [];
  return alertsOf(source, requestOf(unsigned.body, atMs, { headers: unsigned.headers, path }));
}
