// Reads the body of an alert request: raw, inflated where it was compressed, and never more than the limit.

import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express';
import { Refusal } from '../api/refusal.ts';

/** An invalid limit would mean none at all to the parser, so it is asserted when the gateway starts. */
export function rawBody(maxBytes: number): RequestHandler {
  if (!Number.isInteger(maxBytes) || maxBytes < 1) {
    throw new Error(`The limit for bodies of alerts is ${maxBytes}; it must be a whole number of bytes, at least 1`);
  }
  // The content type is checked later, when the sender is known.
  return express.raw({ type: () => true, limit: maxBytes, inflate: true });
}

/** Empty where there was none. */
export const bodyOf = (request: Request): Buffer => (Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));

/** What the parser says, as the problems that senders know. */
export function bodyErrors(maxBytes: number): ErrorRequestHandler {
  return (error: { type?: string; status?: number } | null, _request, _response, next) => {
    next(error instanceof Refusal ? error : (bodyRefusal(error, maxBytes) ?? error));
  };
}

function bodyRefusal(error: { type?: string; status?: number } | null, maxBytes: number): Refusal | undefined {
  switch (error?.type) {
    case 'entity.too.large':
      return new Refusal(413, 'body_too_large', `The body is over ${maxBytes} bytes; send fewer alerts at once`);
    case 'encoding.unsupported':
      return new Refusal(415, 'encoding_not_supported', 'Send the body uncompressed, or as gzip, deflate or br');
    case 'request.aborted':
    case 'request.size.invalid':
      return new Refusal(400, 'body_incomplete', 'The body ended before its Content-Length');
    default:
      // Errors of zlib come with a status alone.
      return error?.status === 400
        ? new Refusal(400, 'body_unreadable', 'The body is not of its Content-Encoding')
        : undefined;
  }
}

const mask = '********';

/** Credentials are ASCII, and Latin-1 keeps every byte of the rest. */
export function withoutCredentials(body: Buffer, credentials: readonly string[]): Buffer {
  const text = credentials.reduce((left, credential) => left.replaceAll(credential, mask), body.toString('latin1'));
  return Buffer.from(text, 'latin1');
}
