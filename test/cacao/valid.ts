// A small playbook in CACAO 2.0 that is right throughout: what is planted into it is the only violation.

import { identifierOf } from '../../src/cacao/ids.ts';

export const at = '2026-03-01T10:00:00.000Z';
/** What is said to be found in place of a property that may not be there. */
export const noSuch = 'a property that is not defined here';

// biome-ignore lint/suspicious/noExplicitAny: what is planted breaks every type
export type Json = any;

/** Two steps, an agent, a target: everything is there that a violation is planted into. */
export function valid(): Json {
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
export const action = identifierOf('action', 'x');
export const agent = identifierOf('linux', 'x');

/** As it comes out of a file. */
export const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
