// Playbooks of others in CACAO 2.0, written in a test and brought over.

import { join } from 'node:path';
import { expect } from 'vitest';
import { identifierOf } from '../../src/cacao/ids.ts';
import { importCacao } from '../../src/cacao/import.ts';
import { cacaoPlaybook } from '../../src/cacao/model.ts';
import { violationsOf } from '../../src/cacao/violations.ts';
import { checkPlanContent } from '../../src/core/plan/check-plan.ts';
import type { Playbook } from '../../src/core/plan/playbook.ts';
import { builtIn } from '../../src/plan/context.ts';
import { loadPlan } from '../../src/plan/load.ts';

export const { plan } = await loadPlan(join(import.meta.dirname, '../../response-plan'));
export const at = '2026-03-01T10:00:00.000Z';
const start = identifierOf('start', 'x');
export const end = identifierOf('end', 'x');
const agent = identifierOf('group', 'x');
export const id = (type: string, name: string): string => identifierOf(type, name);
export const act = (command: string, to = end, more = {}) => ({
  type: 'action',
  name: command.slice(0, 20),
  commands: [{ type: 'manual', command }],
  agent,
  on_completion: to,
  ...more,
});

/** Of steps by a short name, `type:name`; the first one is where it starts. */
function written(steps: Record<string, object>, more: object = {}) {
  const ids = new Map(Object.keys(steps).map((name) => [name, id(name.split(':')[0] ?? '', name)]));
  const [first = end] = ids.values();
  const workflow = Object.fromEntries(Object.entries(steps).map(([name, step]) => [ids.get(name), step]));
  const whole = {
    type: 'playbook',
    spec_version: 'cacao-2.0',
    id: id('playbook', 'x'),
    name: 'Of others',
    created_by: id('identity', 'x'),
    created: at,
    modified: at,
    workflow_start: start,
    workflow: { [start]: { type: 'start', on_completion: first }, ...workflow, [end]: { type: 'end' } },
    agent_definitions: { [agent]: { type: 'group', name: 'People' } },
    ...more,
  };
  const file: unknown = JSON.parse(JSON.stringify(whole));
  expect(violationsOf(file).errors).toEqual([]);
  return cacaoPlaybook.parse(file);
}

export const brought = (...given: Parameters<typeof written>) => importCacao(written(...given), { keepLevels: false });
export const problemsOf = (one: Playbook) =>
  checkPlanContent({ ...plan, playbooks: [...plan.playbooks, one] }, builtIn).map(({ message }) => message);
