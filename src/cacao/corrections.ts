// Where the official schemas refuse what the specification allows, and what is read instead. Each correction says why, and
// touches nothing else: what it tolerates is reported as tolerated, everything else is an error.

import type { Schema } from './official-schemas.ts';

export type Schemas = Map<string, Schema>;

export interface Correction {
  reason: string;
  correct(schemas: Schemas): void;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON schemas have any shape; a path that is not there fails every test.
const part = (schemas: Schemas, path: string): any => schemas.get(path);

const commandTypes = (schemas: Schemas): string[] =>
  [...schemas.keys()].flatMap((path) => /^commands\/(?!command-data)(.*)\.json$/.exec(path)?.[1] ?? []);

/**
 * An action's `commands` refer to command-data.json, which is closed and knows the five common properties only. The schemas
 * of the command types (section 5) add `command` and others, refer to command-data.json too, and can therefore never hold;
 * nothing refers to them. Instead each type closes itself, and a command is checked by the schema of
 * its type. Of a type that has no schema, the common properties and a command are known.
 */
const commandsByType: Correction = {
  reason: 'the official schema of commands is closed without the properties that its types add (section 5)',
  correct(schemas) {
    const types = commandTypes(schemas);
    const base = { $ref: schemas.get('commands/command-data.json')?.$id };
    const { properties } = part(schemas, 'commands/bash.json').allOf[1];
    const { command, command_b64 } = properties;
    delete part(schemas, 'commands/command-data.json').unevaluatedProperties;
    part(schemas, 'workflows/action.json').allOf[1].properties.commands.items = {
      allOf: [
        ...types.map((type) => ({
          if: { properties: { type: { const: type } }, required: ['type'] },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
          then: { $ref: `../commands/${type}.json` },
        })),
        {
          if: { properties: { type: { enum: types } }, required: ['type'] },
          else: { ...base, properties: { command, command_b64 }, unevaluatedProperties: false },
        },
      ],
    };
  },
};

const vocabularies = [
  { dictionaries: ['agent_definitions', 'target_definitions'], base: 'agent-target/agent-target.json' },
  { dictionaries: ['authentication_info_definitions'], base: 'authentication-info/authentication-info.json' },
];

/**
 * The types of commands (section 5), agents and targets (7.1) and authentication information (6.1) SHOULD come from a vocabulary:
 * others may be used, and an identifier begins with the type of its object (10.10). The schema of the playbook knows the
 * vocabulary only. Instead, an object of another type must have the common properties and may have others.
 */
const openVocabularies: Correction = {
  reason: 'a type SHOULD, not MUST, come from the vocabulary of the specification (sections 5, 6.1, 7.1)',
  correct(schemas) {
    const playbook = part(schemas, 'playbook.json');
    const { pattern } = part(schemas, 'data-types/identifier.json');
    for (const { dictionaries, base } of vocabularies) {
      for (const dictionary of dictionaries) {
        const { patternProperties } = playbook.properties[dictionary];
        const known = Object.keys(patternProperties).map((key) => key.slice(1, key.indexOf('--') + 2));
        patternProperties[`^(?!${known.join('|')})${pattern.slice(1)}`] = { $ref: base };
      }
    }
    const { items } = part(schemas, 'workflows/action.json').allOf[1].properties.commands;
    items.allOf.at(-1).else = { $ref: '../commands/command-data.json' };
  },
};

/** In the order in which they are made. */
export const corrections: readonly Correction[] = [commandsByType, openVocabularies];
