import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifierOf } from '../../src/cacao/ids.ts';
import { violationsOf } from '../../src/cacao/violations.ts';
import { action, agent, at, type Json, noSuch, overTheWire, valid } from './valid.ts';

const login = identifierOf('user-auth', 'x');
const command = `/workflow/${action}/commands/0`;

const errorsOf = (value: unknown) => violationsOf(overTheWire(value)).errors;
const planted = (plant: (playbook: Json) => void) => {
  const playbook = valid();
  plant(playbook);
  return errorsOf(playbook);
};
const step = (playbook: Json): Json => playbook.workflow[action];

describe('a violation', () => {
  const wrong: [string, (playbook: Json) => void, pointer: string, found: string, expected: string | RegExp][] = [
    [
      'a property too many',
      (p) => (p.colour = 1),
      '/colour',
      noSuch,
      /^only type, spec_version, id, name, .*, signatures$/,
    ],
    ['a property too few', (p) => delete p.created, '', 'nothing', 'the property created'],
    ['another version', (p) => (p.spec_version = '1.1'), '/spec_version', '"1.1"', 'one of cacao-2.0'],
    ['no identifier', (p) => (p.id = 'playbook-7'), '/id', '"playbook-7"', 'an identifier: type--UUID'],
    [
      'no time',
      (p) => (p.created = '1 March'),
      '/created',
      '"1 March"',
      'a time in UTC, as in 2026-03-01T10:00:00.000Z',
    ],
    ['another type', (p) => (p.labels = 'x'), '/labels', '"x"', 'a value of type array'],
    ['a number too small', (p) => (p.priority = -1), '/priority', '-1', '0 or more'],
    ['a number too large', (p) => (p.severity = 101), '/severity', '101', '100 or less'],
    ['a part of a number', (p) => (p.impact = 0.5), '/impact', '0.5', 'a value of type integer'],
    ['an empty list', (p) => (p.labels = []), '/labels', 'a list of 0', 'at least 1'],
    [
      'an empty object',
      (p) => (p.agent_definitions = {}),
      '/agent_definitions',
      'an object of 0 properties',
      'at least 1',
    ],
    [
      'a step of no kind',
      (p) => (p.workflow.x = step(p)),
      '/workflow/x',
      noSuch,
      'only action--UUID, end--UUID, if-condition--UUID, parallel--UUID, playbook-action--UUID, start--UUID, switch-condition--UUID, while-condition--UUID',
    ],
    ['a step of another kind', (p) => (step(p).type = 'end'), `/workflow/${action}/type`, '"end"', 'one of action'],
    ['a step without its agent', (p) => delete step(p).agent, `/workflow/${action}`, 'nothing', 'the property agent'],
    [
      'a property of a step',
      (p) => (step(p).next = 'x'),
      `/workflow/${action}/next`,
      noSuch,
      'only type, name, description, external_references, delay, timeout, step_variables, owner, on_completion, on_success, on_failure, step_extensions, commands, agent, targets, in_args, out_args',
    ],
    ['a wait for nothing', (p) => (step(p).delay = 0), `/workflow/${action}/delay`, '0', '1 or more'],
    [
      'a property of a command',
      (p) => (step(p).commands[0].content = 'x'),
      `${command}/content`,
      noSuch,
      'only type, description, version, playbook_activity, external_references, command, command_b64',
    ],
    [
      'a command without what its type needs',
      (p) => (step(p).commands = [{ type: 'http-api' }]),
      command,
      'nothing',
      'the property command',
    ],
    ['a command of no type', (p) => delete step(p).commands[0].type, command, 'nothing', 'the property type'],
    [
      'a property of an agent',
      (p) => (p.agent_definitions[agent].os = 'x'),
      `/agent_definitions/${agent}/os`,
      noSuch,
      /^only type, name, description, location, agent_target_extensions, address, /,
    ],
    [
      'an agent without a name',
      (p) => delete p.agent_definitions[agent].name,
      `/agent_definitions/${agent}`,
      'nothing',
      'the property name',
    ],
    [
      'an agent of another type without a name',
      (p) => (p.agent_definitions[identifierOf('robot', 'x')] = { type: 'robot' }),
      `/agent_definitions/${identifierOf('robot', 'x')}`,
      'nothing',
      'the property name',
    ],
    [
      'a password that is none',
      (p) => (p.authentication_info_definitions = { [login]: { type: 'user-auth', password: ['Secret1!'] } }),
      `/authentication_info_definitions/${login}/password`,
      'a value that is not shown',
      'a value of type string',
    ],
    [
      'a variable without its type',
      (p) => (p.playbook_variables = { __x__: { value: '1' } }),
      '/playbook_variables/__x__',
      'nothing',
      'the property type',
    ],
    [
      'a name that is no name of a variable',
      (p) => (p.playbook_variables = { 'a/b~c': { type: 'string' } }),
      '/playbook_variables/a~1b~0c',
      noSuch,
      'only __[a-zA-Z_][a-zA-Z0-9_-]{0,199}__',
    ],
    [
      'a property that every object inherits',
      (p) => (step(p).toString = 'x'),
      `/workflow/${action}/toString`,
      noSuch,
      'another name',
    ],
  ];

  it('is not in what they are planted into', () => {
    expect(planted(() => undefined)).toEqual([]);
  });

  it.each(wrong)('%s is refused, and told with its place', (_, plant, pointer, found, expected) => {
    const right = typeof expected === 'string' ? expected : expect.stringMatching(expected);
    expect(planted(plant)).toEqual([{ pointer, found, expected: right }]);
  });

  it('of a signature says which of its keys are missing', () => {
    const signature = {
      type: 'jss',
      id: identifierOf('signature', 'x'),
      created: at,
      modified: at,
      signee: 'x',
      related_to: identifierOf('playbook', 'x'),
      related_version: at,
      hash_algorithm: 'sha-256',
      algorithm: 'Ed25519',
      value: 'x',
    };
    expect(planted((p) => (p.signatures = [{ ...signature, public_key: 'x' }]))).toEqual([]);
    const oneOf = 'exactly one of public_key, public_cert_chain, cert_url, thumbprint';
    for (const keys of [{}, { public_key: 'x', thumbprint: 'y' }]) {
      expect(planted((p) => (p.signatures = [{ ...signature, ...keys }]))).toEqual([
        { pointer: '/signatures/0', found: expect.stringMatching(/^an object of \d+ properties$/), expected: oneOf },
      ]);
    }
  });

  it('hides no other: each is told', () => {
    const found = planted((p) => {
      p.id = 1;
      step(p).colour = 'x';
      step(p).commands = [{ type: 'elastic' }, { type: 'mine', content: 'x' }];
    });
    expect(found.map(({ pointer, expected }) => `${pointer} ${expected.slice(0, 24)}`)).toEqual([
      '/id a value of type string',
      `${command} the property command_b64`,
      `/workflow/${action}/colour only type, name, descrip`,
    ]);
  });
});

describe('what is no playbook at all', () => {
  it.each([null, 5, 'x', [], [{}], true])('%j is told as such', (value) => {
    expect(violationsOf(value).errors[0]).toMatchObject({ pointer: '', expected: 'a value of type object' });
  });

  it('takes any JSON without falling over', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue({ maxDepth: 4 }), (whole, part) => {
        expect(violationsOf(whole).errors.length).toBeGreaterThan(0);
        violationsOf({ ...valid(), workflow: part, agent_definitions: part, signatures: [part] });
      }),
      { numRuns: 200 },
    );
  });
});

describe('bounds', () => {
  it('refuses what is nested too deeply, wherever it is, before anything recurses into it', () => {
    const nested = (key: string, depth: number): string => `${`{"${key}":`.repeat(depth)}1${'}'.repeat(depth)}`;
    const deep = (key: string, depth: number) => ({ ...valid(), [key]: JSON.parse(`[${nested('signature', depth)}]`) });
    for (const key of ['signatures', 'unknown']) {
      expect(violationsOf(deep(key, 60_000)).errors).toEqual([
        {
          pointer: expect.stringMatching(new RegExp(`^/${key}/0(/signature){98}$`)),
          found: 'a further level',
          expected: 'at most 100 levels of objects and lists',
        },
      ]);
    }
    expect(violationsOf(deep('unknown', 90)).errors.map(({ pointer }) => pointer)).toEqual(['/unknown']);
  });

  it('takes a file as large as is read, wrong throughout, in a few seconds', () => {
    const started = performance.now();
    const unknown = Object.fromEntries(Array.from({ length: 40_000 }, (_, n) => [`property${n}`, 1]));
    expect(errorsOf({ ...valid(), ...unknown })).toHaveLength(40_000);
    const address = { url: ['a.'.repeat(100_000)], ipv6: ['1:'.repeat(100_000)], ipv4: ['1.'.repeat(100_000)] };
    const target_definitions = { [identifierOf('http-api', 'x')]: { type: 'http-api', name: 'X', address } };
    expect(errorsOf({ ...valid(), id: 'a-'.repeat(200_000), target_definitions })).toHaveLength(4);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
