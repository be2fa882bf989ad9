// What a source is: one alert format on the way in. It verifies, parses and normalises; it stores nothing, reads no
// clock and no environment.

import type { Alert } from '../core/alert.ts';
import { noSourceSettings, type SourceSettings } from '../core/plan/sources.ts';
import { plainLine } from '../core/text.ts';
import type { SafeRequest, SafeResponse } from '../net/safe-fetch.ts';

/** What the gateway hands to a source: never the Express request. Header names are in lower case. */
export interface SourceRequest {
  headers: Record<string, string | undefined>;
  /** Path segments after /alerts/{source}, for tools that can send no header. */
  path: string[];
  body: Buffer;
  receivedAtMs: number;
}

/** What a source may know and reach beside its request. */
export interface SourceWorld {
  /** sources.yaml of the response plan, as it is now. */
  settings: SourceSettings;
  /** Only for addresses that the source has judged; rejects as `safeFetch` does. */
  fetch(request: SafeRequest): Promise<SafeResponse>;
}

/** Without settings, and out of reach of anything: for reading a body where there is no gateway. */
export const noWorld: SourceWorld = {
  settings: noSourceSettings,
  fetch: () => Promise.reject(new Error('Nothing is fetched here')),
};

/** `body`: what proves the sender is in the body; a credential there is taken out of what is stored. */
export type Authentication = 'bearer' | 'basic' | 'hmac' | 'standard-webhooks' | 'path' | 'body';

/** `retry`: nothing is known of the sender, who shall come again. */
export type Verdict = { ok: true } | { ok: false; code: string; detail: string; retry?: true };

/**
 * The text of a real body. `startedMs` is when the finding began, by default shortly before `nowMs`: pass the same one to
 * a sample and to its resolved counterpart, and they are one alert.
 */
export type Sample = (nowMs: number, startedMs?: number) => string;

export interface Source<Payload = unknown> {
  /** Also the path: POST /alerts/{name}. */
  name: string;
  /** Further paths from the root, for tools whose address ends in a path of their own. */
  aliases?: readonly string[];
  title: string;
  authentication: Authentication;
  /** Without parameters, in lower case. */
  contentTypes: string[];
  /** Makes a new credential of the right form; called once, at set-up. */
  newCredential(): string;
  /** `credentials` has more than one while a credential is rotated; any match passes, in constant time. */
  verify(request: SourceRequest, credentials: readonly string[], world: SourceWorld): Verdict | Promise<Verdict>;
  /** How old a signed message may be, where that is not five minutes. */
  maxAgeMs?: number;
  /** Identity of this delivery, where the sender gives one: a repeat of it is a duplicate whatever its body says. */
  deliveryId?(request: SourceRequest, world: SourceWorld): string | undefined;
  /** Throws MalformedAlert naming the place, what was found and what would be right. */
  parse(request: SourceRequest, world: SourceWorld): Payload;
  normalise(payload: Payload, receivedAtMs: number): Alert[];
  /** What its senders look for in the answer, beside Firebreak's own. */
  answer?(payload: Payload): Record<string, string>;
  /** Fingerprints of findings that someone works on, by the sender's word. */
  acknowledges?(payload: Payload): string[];
  /** Does what the sender asks for before it sends alerts. It rejects when the sender shall ask again. */
  confirm?(payload: Payload, world: SourceWorld): Promise<void>;
  /** Headers of the answer to OPTIONS, for senders that ask first whether they may send. */
  handshake?(request: SourceRequest, credentials: readonly string[]): Record<string, string>;
  /** Its alerts are over when they come: they are kept, and open nothing. */
  isHistory?: true;
  /** Why this tool never says that a finding is over, where it does not: a sentence for people. */
  noRecovery?: string;
  /** Text to paste into the tool. */
  snippet(url: string, credential: string): string;
  /** Real payloads for `firebreak send`, by name: each `x` has its `x-resolved`, unless there is no recovery. */
  samples: Readonly<Record<string, Sample>>;
  /** Appended to the address for samples: `/alerts/{name}/{samplePath}`. */
  samplePath?: string;
  /** Why nobody but the tool can sign its bodies, where that is so: a sentence for people. */
  cannotBeSigned?: string;
  /** The body with what proves the sender in it, for tools that send it there. */
  seal?(body: string, credential: string, nowMs: number): string;
  /** The headers that sign a sealed body, content type included. */
  sign(body: string, credential: string, nowMs: number): Record<string, string>;
}

export interface SignedMessage {
  body: string;
  headers: Record<string, string>;
}

/** As the tool itself would send it. */
export function signedMessage(source: Source, body: string, credential: string, nowMs: number): SignedMessage {
  const sealed = source.seal ? source.seal(body, credential, nowMs) : body;
  return { body: sealed, headers: source.sign(sealed, credential, nowMs) };
}

export class MalformedAlert extends Error {
  readonly code = 'malformed_alert';
  /** Where in the body, as in `alerts[2].startsAt`; `body` for the whole. */
  readonly place: string;
  /** What was found there and what would be right. */
  readonly problem: string;

  constructor(place: string, problem: string) {
    // Parsers quote what they choke on.
    const line = plainLine(problem, 400);
    super(`${place}: ${line}`);
    this.name = 'MalformedAlert';
    this.place = plainLine(place, 200);
    this.problem = line;
  }
}

export function defineSource<Payload>(source: Source<Payload>): Source {
  return source as Source;
}
