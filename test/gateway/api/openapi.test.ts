import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiPath } from '../../../src/gateway/api/openapi.ts';
import { routes } from '../../../src/gateway/api/routes/index.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
// biome-ignore lint/suspicious/noExplicitAny: the document's form is what the tests look at.
let document: any;
beforeAll(async () => {
  gateway = await startTestGateway();
  document = (await gateway.call('/openapi.json', { key: null })).json;
});
afterAll(() => gateway.close());

describe('the OpenAPI document', () => {
  it('is version 3.1 and has every route, and POST /alerts/{source}', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method} ${path}`),
    );
    const expected = routes.map((route) => `${route.method} ${openApiPath(route.path)}`);
    expect(described.sort()).toEqual([...expected, 'post /alerts/{source}'].sort());
  });

  it('names each operation once', () => {
    const names = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods as object).map((operation) => operation.operationId),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(routes.map((route) => [route.method, openApiPath(route.path), route] as const))(
    '%s %s: parameters, body, answers and refusals are the ones that are checked',
    (method, path, route) => {
      const operation = document.paths[path][method];
      const given = (operation.parameters ?? []) as { in: string; name: string; required?: boolean }[];
      const pathNames = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(given.filter((each) => each.in === 'path').map((each) => each.name)).toEqual(pathNames);
      const queryNames = given.filter((each) => each.in === 'query').map((each) => each.name);
      expect(queryNames.sort()).toEqual(Object.keys(route.query?.shape ?? {}).sort());
      const headerNames = given.filter((each) => each.in === 'header').map((each) => each.name);
      expect(headerNames.sort()).toEqual(Object.keys(route.headers?.shape ?? {}).sort());
      expect(operation.requestBody !== undefined).toBe(route.body !== undefined);
      for (const status of Object.keys(route.responses)) expect(operation.responses).toHaveProperty(status);
      if (route.access !== 'public' && route.access !== 'local') {
        expect(operation.responses).toHaveProperty('401');
        expect(operation.responses).toHaveProperty('403');
        expect(operation.security).toEqual([{ key: [] }, { session: [] }]);
      }
    },
  );

  it.each(['/api/incidents/{id}/commands', '/api/silences', '/api/containments/{id}/lift'])(
    'says that a request to %s may be repeated with its Idempotency-Key',
    (path) => {
      const named = { in: 'header', name: 'Idempotency-Key' };
      expect(document.paths[path].post.parameters).toContainEqual(expect.objectContaining(named));
    },
  );

  it('has no reference that leads nowhere', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(refs.length).toBeGreaterThan(20);
    for (const [, name] of refs) expect(document.components.schemas).toHaveProperty([name ?? '']);
  });

  it('has the fields of an incident that clients rely on', () => {
    expect(document.components.schemas.IncidentSummary.required).toEqual(
      expect.arrayContaining(['id', 'status', 'severity', 'title', 'service', 'alertCount', 'openedAt', 'url']),
    );
    expect(document.components.schemas.Alert.required).toEqual(
      expect.arrayContaining(['id', 'source', 'fingerprint', 'status', 'title', 'labels', 'receivedAt']),
    );
  });
});
