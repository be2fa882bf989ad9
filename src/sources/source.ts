// What a source is: one alert format on the way in. It verifies, parses and normalises; it stores nothing, reads no
// clock and no environment.

import type { Alert } from '../core/alert.ts';

/** What the gateway hands to a source: never the Express request. Header names are in lower case. */
export interface SourceRequest {
  headers: Record<string, string | undefined>;
  /** Path segments after /alerts/{source}, for tools that can send no header. */
  path: string[];
  body: Buffer;
  receivedAtMs: number;
}

export type Authentication = 'bearer' | 'basic' | 'hmac' | 'standard-webhooks' | 'path';

export type Verdict = { ok: true } | { ok: false; code: string; detail: string };

export interface Source<Payload = unknown> {
  /** Also the path: POST /alerts/{name}. */
  name: string;
  title: string;
  authentication: Authentication;
  contentTypes: string[];
  /** Makes a new credential of the right form; called once, at set-up. */
  newCredential(): string;
  /** `credentials` has more than one while a credential is rotated; any match passes, in constant time. */
  verify(request: SourceRequest, credentials: readonly string[]): Verdict;
  /** Identity of this delivery, where the sender gives one: a repeat of it is a duplicate whatever its body says. */
  deliveryId?(request: SourceRequest): string | undefined;
  /** Throws MalformedAlert naming the place, what was found and what would be right. */
  parse(body: Buffer): Payload;
  normalise(payload: Payload, receivedAtMs: number): Alert[];
  /** Text to paste into the tool. */
  snippet(url: string, credential: string): string;
  /** A real payload for `firebreak send`, and the headers that sign it. `nowMs` makes its times current. */
  sample(nowMs: number): { body: string };
  sign(body: string, credential: string, nowMs: number): Record<string, string>;
}

export class MalformedAlert extends Error {
  readonly code = 'malformed_alert';
  readonly place: string;
  constructor(place: string, message: string) {
    super(`${place}: ${message}`);
    this.place = place;
  }
}

export function defineSource<Payload>(source: Source<Payload>): Source {
  return source as Source;
}
