// Who may make this request. Refuses by throwing; says nothing about what is or is not there.

import type { Request } from 'express';
import { atLeast } from '../../core/roles.ts';
import type { CountFailure } from '../auth/failed-limit.ts';
import { authenticate, type Principal } from '../auth/principal.ts';
import { crossSiteRefusal } from '../auth/same-origin.ts';
import type { AppDeps } from '../deps.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';

/** Who it is; null where nobody has to say so. */
export async function principalFor(
  route: Route,
  request: Request,
  deps: AppDeps,
  countFailure: CountFailure,
): Promise<Principal | null> {
  if (route.access === 'public' || (route.access === 'local' && isLocal(request))) return null;
  const authentication = await authenticate(deps.store, request, deps.now());
  if (authentication.ok) return authentication.principal;
  if (authentication.code !== 'authentication_required') await refuseTooMany(request, countFailure);
  throw new Refusal(401, authentication.code, authentication.detail, {
    headers: { 'WWW-Authenticate': 'Bearer realm="firebreak"' },
  });
}

/** Why this person may not make the request; undefined when it is allowed. */
export function forbidden(
  route: Route,
  principal: Principal,
  request: Request,
  publicUrl: string,
): Refusal | undefined {
  const needed = route.access === 'local' || route.access === 'public' ? 'viewer' : route.access;
  if (!atLeast(principal.role, needed)) {
    const detail = `This needs the role ${needed}; the key ${principal.name} has the role ${principal.role}`;
    return new Refusal(403, 'role_not_allowed', detail);
  }
  if (principal.session && route.method !== 'get') {
    const refusal = crossSiteRefusal(request, publicUrl);
    if (refusal) return new Refusal(403, 'cross_site_request', refusal);
  }
  return undefined;
}

export async function refuseTooMany(request: Request, countFailure: CountFailure): Promise<void> {
  const tooMany = await countFailure(request);
  if (!tooMany) return;
  throw new Refusal(429, 'too_many_failures', 'Too many wrong keys came from this address; wait and try again', {
    headers: { 'Retry-After': String(tooMany.retryAfterS) },
  });
}

/** From this machine itself, not through a proxy on it. */
function isLocal(request: Request): boolean {
  const address = request.socket.remoteAddress ?? '';
  const isForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
  return !isForwarded && (/^(::ffff:)?127\./.test(address) || address === '::1');
}
