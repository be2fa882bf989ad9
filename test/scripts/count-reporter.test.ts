import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createProject, write } from './project.ts';

const run = promisify(execFile);

async function countsOf(files: Record<string, string>): Promise<unknown> {
  const root = await createProject('');
  for (const [name, content] of Object.entries(files)) {
    await write(root, name, `import { describe, beforeAll, expect, test } from 'vitest';\n${content}`);
  }
  const countsFile = join(root, 'counts.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporter = `--reporter=${join(root, 'scripts/lib/count-reporter.js')}`;
  const env = { ...process.env, FIREBREAK_TEST_COUNTS: countsFile };
  await run(process.execPath, [vitest, 'run', '--root', root, reporter], { env }).catch(() => {});
  return JSON.parse(await readFile(countsFile, 'utf8'));
}

test('passed and failed tests are counted, and a skipped one is named with its reason', async () => {
  const file = `
    test('passes', () => {});
    test('fails', () => { expect(1).toBe(2); });
    test('needs root', ({ skip }) => { skip('it needs root'); });
    describe('group', () => { test.skip('later', () => {}); test.todo('some day'); });
  `;
  expect(await countsOf({ 'a.test.ts': file })).toEqual({
    passed: 1,
    failed: 1,
    skipped: [
      { name: 'a.test.ts: needs root', reason: 'it needs root' },
      { name: 'a.test.ts: group > later', reason: 'it gives no reason' },
      { name: 'a.test.ts: group > some day', reason: 'it gives no reason' },
    ],
  });
});

test('a file that does not load, a hook that throws and an error that nobody caught are each one failure', async () => {
  const counts = await countsOf({
    'load.test.ts': "throw new Error('at import');",
    'hook.test.ts':
      "describe('group', () => { beforeAll(() => { throw new Error('in a hook'); }); test('never runs', () => {}); });",
    'uncaught.test.ts': "test('passes', () => { setTimeout(() => { throw new Error('later'); }); });",
  });
  expect(counts).toMatchObject({ failed: 3, skipped: [] });
});
