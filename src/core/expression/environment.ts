// The names and types that expressions may use. One environment for each set of local names.

import { RE2JS } from '@bufbuild/re2';
import { Environment } from '@marcbachmann/cel-js';
import { entityKinds } from '../alert.ts';
import { CelItems, CelStep } from './local-scope.ts';
import {
  CelAlert,
  CelAssets,
  CelEntities,
  CelEntity,
  CelHistory,
  CelIncident,
  CelIndicators,
  CelService,
} from './scope.ts';

const text = 'map<string, string>';
const timestamp = 'google.protobuf.Timestamp';

const plain = new Environment({
  enableOptionalTypes: true,
  limits: { maxAstNodes: 400, maxDepth: 24, maxListElements: 100, maxMapEntries: 50, maxCallArguments: 8 },
})
  // In place of `matches`, which is a backtracking RegExp: this one is linear in the text.
  .registerFunction('string.re2(string): bool', (subject: string, pattern: string) => re2(pattern).test(subject));

const base = plain
  .clone()
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
  .registerType('Items', { ctor: CelItems, fields: { count: 'int', done: 'int', failed: 'int' } })
  .registerType('Step', {
    ctor: CelStep,
    fields: { result: 'string', answer: 'dyn', outputs: 'map<string, dyn>', items: 'Items' },
  })
  .registerType('Indicators', { ctor: CelIndicators, fields: { bad: 'list<string>', good: 'list<string>' } })
  .registerType('Assets', { ctor: CelAssets, fields: { criticality: 'int' } })
  .registerType('History', { ctor: CelHistory, fields: { incidents: 'int', falsePositives: 'int' } })
  .registerVariable('indicators', 'Indicators')
  .registerVariable('assets', 'Assets')
  .registerVariable('history', 'History')
  .registerVariable('incident', 'Incident')
  .registerVariable('alerts', 'list<Alert>')
  .registerVariable('entities', 'Entities')
  .registerVariable('service', 'Service')
  .registerVariable('labels', text);

/** What an expression sees beside the facts of the incident, by its place. */
export interface LocalNames {
  /** CEL type of `item`, inside a `for_each`. */
  item?: string;
  /** `steps` and `vars`: what happened before it. Everywhere in a playbook, nowhere in rules. */
  steps?: boolean;
  /** CEL types of `inputs`, inside a module. */
  inputs?: Readonly<Record<string, string>>;
  /** `body`, and nothing of an incident: where a body from outside is made into alerts. */
  body?: boolean;
}

const enrichedNames = ['indicators', 'assets', 'history'];

/** Names that any expression may use, for "did you mean". */
export function variablesOf(names: LocalNames): string[] {
  const local = [...(names.item === undefined ? [] : ['item']), ...(names.steps ? ['steps', 'vars'] : [])];
  if (names.body) return ['body', ...local];
  return [
    'incident',
    'alerts',
    'entities',
    'service',
    'labels',
    ...enrichedNames,
    ...local,
    ...(names.inputs ? ['inputs'] : []),
  ];
}

const made = new Map<string, Environment>();
const mostKept = 500;

export function environmentFor(names: LocalNames): Environment {
  const key = JSON.stringify(names);
  const known = made.get(key);
  if (known) return known;
  if (made.size >= mostKept) made.clear();
  const environment = withNames(names);
  made.set(key, environment);
  return environment;
}

function withNames({ item, steps, inputs, body }: LocalNames): Environment {
  const environment = body ? plain.clone().registerVariable('body', 'dyn') : base.clone();
  if (item !== undefined) environment.registerVariable('item', item);
  if (steps) environment.registerVariable('steps', 'map<string, Step>').registerVariable('vars', 'map<string, dyn>');
  if (inputs) environment.registerVariable('inputs', { schema: { ...inputs } });
  return environment;
}

/** @throws when it is no RE2 pattern */
export function re2(pattern: string): RE2JS {
  return RE2JS.compile(pattern);
}
