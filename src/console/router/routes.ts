// The paths of the console.

export type Route =
  | {
      page:
        | 'incidents'
        | 'approvals'
        | 'containments'
        | 'suppressed'
        | 'silences'
        | 'rules'
        | 'audit'
        | 'login'
        | 'not-found';
    }
  | { page: 'incident' | 'silence' | 'explain'; id: string };

const fixed: Record<string, Route> = {
  '/': { page: 'incidents' },
  '/incidents': { page: 'incidents' },
  '/approvals': { page: 'approvals' },
  '/containments': { page: 'containments' },
  '/suppressed': { page: 'suppressed' },
  '/suppressed/rules': { page: 'rules' },
  '/silences': { page: 'silences' },
  '/audit': { page: 'audit' },
  '/login': { page: 'login' },
};

export function routeOf(path: string): Route {
  const known = fixed[path.length > 1 ? path.replace(/\/$/, '') : path];
  if (known) return known;
  const [, folder = '', id = ''] = /^\/([a-z]+)\/([a-z0-9][a-z0-9_-]{0,63})\/?$/.exec(path) ?? [];
  const page = folders.get(folder);
  return page ? { page, id } : { page: 'not-found' };
}

const folders = new Map<string, 'incident' | 'silence' | 'explain'>([
  ['incidents', 'incident'],
  ['silences', 'silence'],
  ['explain', 'explain'],
]);

export const incidentPath = (id: string): string => `/incidents/${id}`;
export const silencePath = (id: string): string => `/silences/${id}`;
/** Of an alert. */
export const explainPath = (alertId: string): string => `/explain/${alertId}`;
export const rulePath = (kind: string, name: string): string =>
  `/suppressed/rules?${new URLSearchParams({ rule: `${kind}/${name}` })}`;
