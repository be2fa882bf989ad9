import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportCacao } from '../../src/cacao/export.ts';
import { identifierOf } from '../../src/cacao/ids.ts';
import { violationsOf } from '../../src/cacao/violations.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { writtenPlaybooks } from '../support/written-playbooks.ts';

const shipped = join(import.meta.dirname, '../../src/cacao/schemas');
const data = join(import.meta.dirname, '../../../shared/data/cacao');
const { plan } = await loadPlan(join(import.meta.dirname, '../../response-plan'));
const at = '2026-03-01T10:00:00.000Z';

const closedCommands =
  'the official schema of commands is closed without the properties that its types add (section 5)';
const openVocabulary = 'a type SHOULD, not MUST, come from the vocabulary of the specification (sections 5, 6.1, 7.1)';
const noSuch = 'a property that is not defined here';

// biome-ignore lint/suspicious/noExplicitAny: what is planted breaks every type
type Json = any;

/** Two steps, an agent, a target: everything is there that a violation is planted into. */
function valid(): Json {
  const [start, end] = [identifierOf('start', 'x'), identifierOf('end', 'x')];
  return {
    type: 'playbook',
    spec_version: 'cacao-2.0',
    id: identifierOf('playbook', 'x'),
    name: 'X',
    created_by: identifierOf('identity', 'x'),
    created: at,
    modified: at,
    workflow_start: start,
    workflow: {
      [start]: { type: 'start', on_completion: action },
      [action]: { type: 'action', commands: [{ type: 'bash', command: 'true' }], agent, on_completion: end },
      [end]: { type: 'end' },
    },
    agent_definitions: { [agent]: { type: 'linux', name: 'A host', address: { ipv4: ['192.0.2.1'] } } },
  };
}
const action = identifierOf('action', 'x');
const agent = identifierOf('linux', 'x');
const login = identifierOf('user-auth', 'x');
const command = `/workflow/${action}/commands/0`;

/** As it comes out of a file. */
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const errorsOf = (value: unknown) => violationsOf(overTheWire(value)).errors;
const planted = (plant: (playbook: Json) => void) => {
  const playbook = valid();
  plant(playbook);
  return errorsOf(playbook);
};
const step = (playbook: Json): Json => playbook.workflow[action];

describe('the shipped schemas', () => {
  it.skipIf(!existsSync(data))('are the official ones, byte for byte', () => {
    const files = (folder: string): string[] =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.json'))
        .sort();
    const official = join(data, 'schemas');
    expect(files(shipped)).toEqual(files(official));
    for (const name of files(official)) {
      expect(readFileSync(join(shipped, name), 'utf8'), name).toBe(readFileSync(join(official, name), 'utf8'));
    }
  });
});

describe('an export', () => {
  it.each(plan.playbooks.map((one) => [one.name, one] as const))('%s satisfies CACAO 2.0', (_, one) => {
    const { errors, tolerated } = violationsOf(overTheWire(exportCacao(one, at)));
    expect(errors).toEqual([]);
    // The one contradiction of the official schemas, and nothing else.
    expect(tolerated.every(({ pointer, reason }) => /\/command$/.test(pointer) && reason === closedCommands)).toBe(
      true,
    );
  });

  it('satisfies it whatever the playbook says', () => {
    fc.assert(
      fc.property(writtenPlaybooks, (one) => {
        expect(errorsOf(exportCacao(one, at))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the public examples', () => {
  const agents = (name: string) => ({ pointer: `/agent_definitions/${name}`, reason: openVocabulary });
  const commands = (name: string, key = 'command') => ({
    pointer: `/workflow/${name}/commands/0/${key}`,
    reason: key === 'command' ? closedCommands : openVocabulary,
  });
  const first = 'action--eb9372d4-d524-49fc-bf24-be26ea084779';
  const expected: Record<string, { errors: unknown[]; tolerated: unknown[] }> = {
    'fin.json': {
      errors: [
        {
          pointer: '/workflow/action--2fd6bca0-24ed-4d74-8eae-da126a84f7c4/agent',
          found: '"soarca-fin-pong-f896bb3b-bb37-429e-8ece-2d4286cf326d"',
          expected: 'an identifier: type--UUID',
        },
        {
          pointer: '/agent_definitions/soarca-fin-pong-f896bb3b-bb37-429e-8ece-2d4286cf326d',
          found: noSuch,
          expected:
            'only group--UUID, http-api--UUID, individual--UUID, linux--UUID, location--UUID, net-address--UUID, organization--UUID, sector--UUID, security-category--UUID, ssh--UUID, type--UUID',
        },
      ],
      tolerated: [],
    },
    'http.json': {
      errors: [],
      tolerated: [commands(first), agents('soarca--00020001-1000-1000-a000-000100010001')],
    },
    'manual.json': {
      errors: [],
      tolerated: [
        commands(first),
        agents('soarca--00040001-1000-1000-a000-000100010001'),
        agents('soarca-manual-capability--7b0e98db-fa93-42aa-8511-e871c65131b1'),
      ],
    },
    'openc2.json': {
      errors: [],
      tolerated: [
        commands(first),
        commands(first, 'content_b64'),
        agents('soarca--00020001-1000-1000-a000-000100010001'),
      ],
    },
    'powershell.json': {
      errors: [
        {
          pointer: '/target_definitions/net-address--0115a514-7a79-4c3f-8d87-77d5e52fabab/port',
          found: noSuch,
          expected:
            'only type, name, description, location, agent_target_extensions, address, authentication_info, category',
        },
      ],
      tolerated: [
        commands('action--010b0420-db3e-4810-ba75-08a10f473214'),
        {
          pointer: '/authentication_info_definitions/authentication-info--5a9c4caa-734b-4bd4-bbe1-fef0d426cf5a',
          reason: openVocabulary,
        },
        agents('soarca--00040001-1000-1000-a000-000100010001'),
      ],
    },
    'ssh.json': {
      errors: [],
      tolerated: [
        commands(first),
        commands('action--88f4c4df-fa96-44e6-b310-1c06d193ea55'),
        agents('soarca--00010001-1000-1000-a000-000100010001'),
      ],
    },
  };

  it.skipIf(!existsSync(data))('break exactly this, and are tolerated exactly this', () => {
    const found = readdirSync(join(data, 'examples')).map((file) => {
      const { errors, tolerated } = violationsOf(JSON.parse(readFileSync(join(data, 'examples', file), 'utf8')));
      return [file, { errors, tolerated: tolerated.map(({ pointer, reason }) => ({ pointer, reason })) }];
    });
    expect(Object.fromEntries(found)).toEqual(expected);
  });
});

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
