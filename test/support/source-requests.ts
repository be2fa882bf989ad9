// Requests as the gateway hands them to a source, without a gateway.

import type { Alert } from '../../src/core/alert.ts';
import { type Source, type SourceRequest, signedMessage } from '../../src/sources/source.ts';

/** Unsigned: for what happens once the sender is known. */
export function requestOf(
  body: string | Buffer,
  atMs: number,
  { headers = {}, path = [] }: { headers?: Record<string, string>; path?: string[] } = {},
): SourceRequest {
  return { headers, path, body: Buffer.isBuffer(body) ? body : Buffer.from(body), receivedAtMs: atMs };
}

/** As the tool sends it, with the headers that say what the body is. */
export function signedRequest(source: Source, body: string, credential: string, signedAtMs: number, atMs = signedAtMs) {
  const message = signedMessage(source, body, credential, signedAtMs);
  return requestOf(message.body, atMs, message);
}

export function alertsOf(source: Source, request: SourceRequest): Alert[] {
  return source.normalise(source.parse(request), request.receivedAtMs);
}

/** Of a body as the tool sends it. */
export function alertsOfBody(source: Source, body: string, atMs: number): Alert[] {
  return alertsOf(source, signedRequest(source, body, source.newCredential(), atMs));
}
