// The cookie of a browser's session. Strict and HttpOnly: no script reads it, no other site sends it.

import type { CookieOptions, Request, Response } from 'express';
import { randomText } from './keys.ts';

export const sessionLastsMs = 12 * 3_600_000;

const plainName = 'firebreak_session';
/** Browsers take this name only over https, for this host and the whole site. */
const secureName = `__Host-${plainName}`;

export const newSessionToken = (): string => randomText(43);

export function sessionCookie(request: Request): string | undefined {
  const cookies = new Map(
    (request.headers.cookie ?? '').split(';').map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()];
    }),
  );
  const token = cookies.get(secureName) ?? cookies.get(plainName);
  return token && /^[0-9A-Za-z]{43}$/.test(token) ? token : undefined;
}

export function setSessionCookie(response: Response, token: string, publicUrl: string): void {
  response.cookie(...nameAndOptions(publicUrl, { maxAge: sessionLastsMs }, token));
}

export function clearSessionCookie(response: Response, publicUrl: string): void {
  response.cookie(...nameAndOptions(publicUrl, { maxAge: 0 }, ''));
}

function nameAndOptions(publicUrl: string, more: CookieOptions, value: string): [string, string, CookieOptions] {
  const secure = publicUrl.startsWith('https:');
  return [secure ? secureName : plainName, value, { httpOnly: true, sameSite: 'strict', secure, path: '/', ...more }];
}
