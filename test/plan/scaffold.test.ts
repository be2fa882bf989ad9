import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { descriptions } from '../../src/actions/descriptions/index.ts';
import { planSchemas } from '../../src/plan/schemas.ts';
import { run } from '../cli/command-line.ts';

let parent = '';
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'firebreak-new-'));
});
afterAll(() => rm(parent, { recursive: true }));

test('plan new writes a plan that passes plan check, each file with the schema that its modeline names', async () => {
  const folder = join(parent, 'ours');

  const made = await run(['plan', 'new', folder, '--json']);
  const checked = await run(['plan', 'check', folder, '--json']);

  expect(made.exitCode).toBe(0);
  expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true, playbooks: ['service-down', 'unknown'] });
  const { files } = JSON.parse(made.stdout) as { files: string[] };
  const schemas = files.filter((file) => file.startsWith('schemas/')).map((file) => file.replace('schemas/', ''));
  expect(schemas).toEqual([...planSchemas(descriptions).keys()].sort());
  const yaml = files.filter((file) => file.endsWith('.yaml'));
  expect(yaml.length).toBeGreaterThan(7);
  for (const file of yaml) {
    const text = await readFile(join(folder, file), 'utf8');
    const [, schema = ''] = /^# yaml-language-server: \$schema=(.+)\n/.exec(text) ?? [];
    expect(await readdir(join(folder, file, '..', schema, '..')), file).toContain(schema.split('/').at(-1));
    expect(text, file).toMatch(/\n# |runbook:/);
  }
});

test('plan new takes a repository that was just made, and refuses what is not empty without touching it', async () => {
  const fresh = join(parent, 'repository');
  await mkdir(join(fresh, '.git'), { recursive: true });
  expect((await run(['plan', 'new', fresh])).exitCode).toBe(0);

  const used = join(parent, 'used');
  await mkdir(used);
  await writeFile(join(used, 'notes.txt'), 'ours');
  const refused = await run(['plan', 'new', used]);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('is not empty (there is notes.txt): name a new folder, or an empty one');
  expect(await readdir(used)).toEqual(['notes.txt']);
});
