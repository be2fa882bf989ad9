// The API's own description, and the metrics.

import { openApiDocument } from '../openapi.ts';
import { json, route } from '../route.ts';

export const documentRoutes = [
  route({
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    tag: 'Documents',
    access: 'public',
    responses: { 200: { description: 'OpenAPI 3.1', types: ['application/json'] } },
    handle: ({ deps, routes }) => json(openApiDocument(routes, deps.publicUrl)),
  }),
  route({
    method: 'get',
    path: '/metrics',
    summary: 'Metrics for Prometheus; from another machine with a key',
    tag: 'Health',
    access: 'local',
    responses: { 200: { description: 'Text exposition format', types: ['text/plain'] } },
    handle: async ({ deps: { metrics } }) => ({
      kind: 'text',
      status: 200,
      type: metrics.registry.contentType,
      text: await metrics.scrape(),
    }),
  }),
];
