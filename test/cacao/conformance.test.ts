// What is official, against the checks: the schemas are the published ones, exports keep to them, and the public examples
// break exactly what is known of them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportCacao } from '../../src/cacao/export.ts';
import { violationsOf } from '../../src/cacao/violations.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { writtenPlaybooks } from '../support/written-playbooks.ts';
import { at, noSuch, overTheWire } from './valid.ts';

const shipped = join(import.meta.dirname, '../../src/cacao/schemas');
const data = join(import.meta.dirname, '../../../shared/data/cacao');
const { plan } = await loadPlan(join(import.meta.dirname, '../../response-plan'));

const closedCommands =
  'the official schema of commands is closed without the properties that its types add (section 5)';
const openVocabulary = 'a type SHOULD, not MUST, come from the vocabulary of the specification (sections 5, 6.1, 7.1)';

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
        expect(violationsOf(overTheWire(exportCacao(one, at))).errors).toEqual([]);
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
