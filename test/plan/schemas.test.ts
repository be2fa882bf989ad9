import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actions } from '../../src/actions/index.ts';
import { planSchemas } from '../../src/plan/schemas.ts';

const folder = join(import.meta.dirname, '../../response-plan');

async function yamlFiles(): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => file.endsWith('.yaml'));
}

describe('the JSON Schemas of the plan', () => {
  it.each([...planSchemas(actions)])(
    'schemas/%s is what the types say (else: node src/plan/write-schemas.ts)',
    async (name, text) => {
      const written = await readFile(join(folder, 'schemas', name), 'utf8');
      expect(JSON.parse(written)).toEqual(JSON.parse(text));
    },
  );

  it('are named by every file of the shipped plan, so that editors complete and underline', async () => {
    const schemas = new Set(planSchemas(actions).keys());
    for (const file of await yamlFiles()) {
      const [modeline = ''] = (await readFile(join(folder, file), 'utf8')).split('\n');
      const [, target = ''] = /^# yaml-language-server: \$schema=(.+)$/.exec(modeline) ?? [];
      expect(join(folder, file, '..', target)).toBe(join(folder, 'schemas', target.split('/').at(-1) ?? ''));
      expect(schemas).toContain(target.split('/').at(-1));
    }
  });

  it('offer every action, and for each its own parameters', () => {
    const schema = JSON.parse(planSchemas(actions).get('playbook.json') ?? '');
    const step = schema.definitions.step.anyOf.find((kind: { properties: object }) => 'level' in kind.properties);
    expect(step.properties.action.enum).toEqual([...actions.keys()]);
    expect(step.allOf).toHaveLength(actions.size);
    const block = step.allOf.find(
      (one: { if: { properties: { action: { const: string } } } }) => one.if.properties.action.const === 'block_ip',
    );
    expect(Object.keys(block.then.properties.with.properties)).toEqual(['ip']);
  });
});
