// The paths of the console.

export type Route =
  | { page: 'incidents' | 'approvals' | 'containments' | 'audit' | 'login' | 'not-found' }
  | { page: 'incident'; id: string };

const fixed: Record<string, Route> = {
  '/': { page: 'incidents' },
  '/incidents': { page: 'incidents' },
  '/approvals': { page: 'approvals' },
  '/containments': { page: 'containments' },
  '/audit': { page: 'audit' },
  '/login': { page: 'login' },
};

export function routeOf(path: string): Route {
  const known = fixed[path.length > 1 ? path.replace(/\/$/, '') : path];
  if (known) return known;
  const id = /^\/incidents\/([a-z0-9][a-z0-9_-]{0,63})\/?$/.exec(path)?.[1];
  return id ? { page: 'incident', id } : { page: 'not-found' };
}

export const incidentPath = (id: string): string => `/incidents/${id}`;
