// The names and types that expressions may use. One environment for each type of `item`.

import { RE2JS } from '@bufbuild/re2';
import { Environment } from '@marcbachmann/cel-js';
import { entityKinds } from '../alert.ts';
import { CelAlert, CelEntities, CelEntity, CelIncident, CelService } from './scope.ts';

const text = 'map<string, string>';
const timestamp = 'google.protobuf.Timestamp';

const base = new Environment({
  enableOptionalTypes: true,
  limits: { maxAstNodes: 400, maxDepth: 24, maxListElements: 100, maxMapEntries: 50, maxCallArguments: 8 },
})
  .registerType('Entity', { ctor: CelEntity, fields: { kind: 'string', value: 'string' } })
  .registerType('Alert', {
    ctor: CelAlert,
    fields: {
      source: 'string',
      fingerprint: 'string',
      status: 'string',
      title: 'string',
      description: 'string',
      severity: 'string',
      startsAt: timestamp,
      labels: text,
      annotations: text,
      entities: 'list<Entity>',
    },
  })
  .registerType('Entities', {
    ctor: CelEntities,
    fields: Object.fromEntries(entityKinds.map((kind) => [kind, 'list<string>'])),
  })
  .registerType('Incident', {
    ctor: CelIncident,
    fields: {
      id: 'string',
      title: 'string',
      severity: 'string',
      impactStartedAt: timestamp,
      openedAt: timestamp,
      drill: 'bool',
    },
  })
  .registerType('Service', {
    ctor: CelService,
    fields: { known: 'bool', name: 'string', title: 'string', team: 'string', tier: 'int' },
  })
  .registerVariable('incident', 'Incident')
  .registerVariable('alerts', 'list<Alert>')
  .registerVariable('entities', 'Entities')
  .registerVariable('service', 'Service')
  .registerVariable('labels', text)
  // In place of `matches`, which is a backtracking RegExp: this one is linear in the text.
  .registerFunction('string.re2(string): bool', (subject: string, pattern: string) => re2(pattern).test(subject));

/** For "did you mean". */
export const variables = ['incident', 'alerts', 'entities', 'service', 'labels', 'item'] as const;

const withItem = new Map<string, Environment>();

/** @param itemType CEL type of `item`; absent where there is none */
export function environmentFor(itemType?: string): Environment {
  if (itemType === undefined) return base;
  const known = withItem.get(itemType);
  if (known) return known;
  const made = base.clone().registerVariable('item', itemType);
  withItem.set(itemType, made);
  return made;
}

/** @throws when it is no RE2 pattern */
export function re2(pattern: string): RE2JS {
  return RE2JS.compile(pattern);
}
