import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadPlan } from '../../src/plan/load.ts';

const root = join(import.meta.dirname, '../..');

it('the rule and the playbook of docs/response-plan.md load beside the plan that ships', async () => {
  const text = await readFile(join(root, 'docs/response-plan.md'), 'utf8');
  const [rule = '', playbook = ''] = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => yaml ?? '');
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-docs-'));
  try {
    await cp(join(root, 'response-plan'), folder, { recursive: true });
    const rules = await readFile(join(folder, 'rules.yaml'), 'utf8');
    await writeFile(join(folder, 'rules.yaml'), rules.replace('rules:\n', rule));
    await writeFile(join(folder, 'playbooks/certificate-expires.yaml'), playbook);
    const { plan } = await loadPlan(folder);
    expect(plan.rules.rules[0]?.playbook).toBe('certificate-expires');
    expect(plan.playbooks.map(({ name }) => name)).toContain('certificate-expires');
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('the playbook and the module of docs/playbooks.md load beside the plan that ships', async () => {
  const text = await readFile(join(root, 'docs/playbooks.md'), 'utf8');
  const [playbook = '', module = ''] = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => yaml ?? '');
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-docs-'));
  try {
    await cp(join(root, 'response-plan'), folder, { recursive: true });
    await mkdir(join(folder, 'modules'), { recursive: true });
    await writeFile(join(folder, 'playbooks/leaked-key.yaml'), playbook);
    await writeFile(join(folder, 'modules/ask-owner.yaml'), module);
    const { plan } = await loadPlan(folder);
    expect(plan.playbooks.map(({ name }) => name)).toContain('leaked-key');
    expect(plan.modules.map(({ name }) => name)).toContain('ask-owner');
  } finally {
    await rm(folder, { recursive: true });
  }
});
