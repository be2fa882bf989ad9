// The OpenAPI 3.1 document, made from the table of routes and the schemas that check the requests.

import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponseObject } from 'zod-openapi';
import { requestHeader } from '../../contract/api/access.ts';
import { alertsAccepted, problem } from '../../contract/api/index.ts';
import type { Route } from './route.ts';

const problemContent = { 'application/problem+json': { schema: problem } };

const problemTitles: Record<number, string> = {
  400: 'The request is malformed; `errors` names each wrong field',
  401: 'No key or session, or one that is not valid',
  403: 'The key may not do this',
  404: 'There is no such thing',
  406: 'None of the accepted types is possible',
  409: 'It makes no sense as things stand; `code` says why',
  413: 'The body is too large',
  415: 'The body is not of a type that is taken here',
  429: 'Too many failures; wait as Retry-After says',
  503: 'The store cannot be reached; try again as Retry-After says',
};

export function openApiDocument(routes: readonly Route[], publicUrl: string) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = { '/alerts/{source}': { post: alertsIn } };
  for (const route of routes) {
    const path = openApiPath(route.path);
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Firebreak',
      version: '1',
      description: 'Incidents, approvals, containments and the audit log. Errors are problem+json (RFC 9457).',
    },
    servers: [{ url: publicUrl }],
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'firebreak_session',
          description: `The console's; what changes something also needs the header ${requestHeader.name}: ${requestHeader.value}`,
        },
      },
    },
    paths,
  });
}

/** `/a/:id` as `/a/{id}`. */
export const openApiPath = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

function operation(route: Route): ZodOpenApiOperationObject {
  const { access, body, params, query, headers } = route;
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.tag],
    ...(access === 'public' || access === 'local' ? { security: [] } : roleOf(access)),
    requestParams: { ...(params && { path: params }), ...(query && { query }), ...(headers && { header: headers }) },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: { ...responses(route), ...problems(route) },
  };
}

const roleOf = (role: string) => ({
  security: [{ key: [] }, { session: [] }],
  description: `Needs the role \`${role}\`.`,
});

function operationId({ method, path }: Route): string {
  const words = path.split('/').filter((part) => part !== '' && part !== 'api');
  const named = words.map((word) => (word.startsWith(':') ? 'one' : word.replaceAll(/\W/g, '_')));
  return [method, ...named].join('_');
}

function responses(route: Route): Record<`${1 | 2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject> {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, { description, schema, types = [] }]) => {
      const texts = types.map((type): [string, { schema: z.ZodType }] => [type, { schema: z.string() }]);
      const content = { ...(schema && { 'application/json': { schema } }), ...Object.fromEntries(texts) };
      return [status, { description, ...(Object.keys(content).length > 0 && { content }) }];
    }),
  );
}

/** Every problem that a route can answer with. */
function problemStatuses({ access, method, params, query, body, problems: own = [] }: Route): number[] {
  const isOpen = access === 'public' || access === 'local';
  const all = [
    ...(params || query || body ? [400] : []),
    ...(isOpen ? [] : [401, 403, 429, 503]),
    ...(body && method !== 'get' ? [413, 415] : []),
    ...own,
  ];
  return [...new Set(all)].sort((a, b) => a - b);
}

function problems(route: Route): Record<`${4 | 5}${string}`, ZodOpenApiResponseObject> {
  return Object.fromEntries(
    problemStatuses(route)
      .filter((status) => !(status in route.responses))
      .map((status) => [String(status), { description: problemTitles[status] ?? 'Refused', content: problemContent }]),
  );
}

const alertsIn: ZodOpenApiOperationObject = {
  operationId: 'post_alerts',
  summary: 'Alerts from a tool, in its own format and with its own credential',
  tags: ['Alerts'],
  description: 'GET /api/sources has the URL, the credential and a snippet to paste for each source.',
  security: [],
  requestParams: {
    path: z.object({ source: z.string().meta({ description: 'Name of the source', example: 'alertmanager' }) }),
  },
  requestBody: { required: true, content: { 'application/json': { schema: z.unknown() } } },
  responses: {
    202: {
      description: 'Stored; nothing is lost from here on',
      content: { 'application/json': { schema: alertsAccepted } },
    },
    ...Object.fromEntries(
      [400, 401, 404, 413, 415, 503].map((status) => [
        status,
        { description: problemTitles[status] ?? 'Refused', content: problemContent },
      ]),
    ),
  },
};
