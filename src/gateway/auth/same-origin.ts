// Whether a request that changes something, and came with a cookie, was made by our own console.

import type { Request } from 'express';
import { requestHeader } from '../../contract/api/access.ts';

/** Why it may have been made by another site; undefined when it was not. */
export function crossSiteRefusal(request: Request, publicUrl: string): string | undefined {
  if (request.get(requestHeader.name) !== requestHeader.value) {
    return `Requests that change something and come with a cookie need the header ${requestHeader.name}: ${requestHeader.value}`;
  }
  const origin = request.get('origin');
  if (origin !== undefined) {
    return isOwnOrigin(request, origin, publicUrl)
      ? undefined
      : `Requests from ${origin.slice(0, 100)} are not accepted`;
  }
  return request.get('sec-fetch-site') === 'same-origin'
    ? undefined
    : 'The browser did not say that the request comes from this console (Origin or Sec-Fetch-Site)';
}

/** By the address that the browser used, or by the one that a proxy stands for. */
export function isOwnOrigin(request: Request, origin: string, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { host, origin: asked } = new URL(origin);
  return host === request.get('host') || asked === new URL(publicUrl).origin;
}
