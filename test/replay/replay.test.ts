import { readdir, readFile } from 'node:fs/promises';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { quietRuntime } from '../../src/plan-test/stage.ts';
import { historiesDir } from './record.ts';

beforeAll(quietRuntime);

const files = (await readdir(historiesDir)).filter((name) => name.endsWith('.json'));

async function* recorded() {
  for (const name of files) {
    yield {
      workflowId: name,
      history: historyFromJSON(JSON.parse(await readFile(new URL(name, historiesDir), 'utf8'))),
    };
  }
}

describe('the recorded histories', () => {
  test('cover both workflows and continue-as-new', () => {
    expect(files.filter((name) => name.includes('.incident-1')).length).toBeGreaterThanOrEqual(15);
    expect(files.filter((name) => name.includes('.containment')).length).toBeGreaterThanOrEqual(1);
    expect(files.some((name) => name.includes('storm') && name.includes('.incident-2'))).toBe(true);
  });

  test('all replay with the workflows as they are now', async () => {
    const workflowBundle = { codePath: inject('workflowBundle') };
    const failures: string[] = [];
    let replayed = 0;
    for await (const result of Worker.runReplayHistories({ workflowBundle }, recorded())) {
      replayed += 1;
      if (result.error) failures.push(`${result.workflowId}: ${result.error.message}`);
    }
    expect(failures).toEqual([]);
    expect(replayed).toBe(files.length);
  });

  test('do not replay with workflows whose commands changed, so that such a change cannot pass unseen', async () => {
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: new URL('./incompatible/index.ts', import.meta.url).pathname,
      logger: new DefaultLogger('ERROR'),
    });
    const results = [];
    for await (const result of Worker.runReplayHistories({ workflowBundle }, recorded())) results.push(result.error);
    expect(results.every((error) => error instanceof DeterminismViolationError)).toBe(true);
  });
});
