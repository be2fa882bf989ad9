// The workflow bundle, built once for a whole run of the tests.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildWorkflowCode } from '../../src/plan-test/stage.ts';

declare module 'vitest' {
  interface ProvidedContext {
    workflowBundle: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'firebreak-test-bundle-'));
  const codePath = join(dir, 'workflows.js');
  const { code } = await buildWorkflowCode();
  await writeFile(codePath, code);
  project.provide('workflowBundle', codePath);
  return () => rm(dir, { recursive: true, force: true });
}
