import { join, relative } from 'node:path';
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { run } from '../cli/command-line.ts';
import { planFolder } from './folder.ts';

// The schema of OASIS, as Microsoft's matchers for Jest bring it along. Of draft 4 it uses nothing that changed since.
const { $schema: _dialect, id: _id, ...schema } = sarifSchema;
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

async function sarifOf(folder: string) {
  const { stdout, exitCode } = await run(['plan', 'check', folder, '--sarif']);
  const log = JSON.parse(stdout);
  expect(validate(log) ? [] : validate.errors).toEqual([]);
  return { log, exitCode };
}

test('plan check --sarif says every problem at its place, valid by the schema of SARIF 2.1.0', async () => {
  await using folder = await planFolder({
    'guards.yaml': 'longest_hol: 1d\n',
    'slas.yaml': null,
    'playbooks/odd name.yaml': 'a: &x 1\n',
  });

  const { log, exitCode } = await sarifOf(folder.path);

  expect(exitCode).toBe(1);
  const { results, tool } = log.runs[0];
  const rules = tool.driver.rules.map(({ id }: { id: string }) => id);
  for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]).toBe(ruleId);
  const found = results.map(
    // biome-ignore lint/suspicious/noExplicitAny: checked by the schema
    ({ ruleId, locations: [{ physicalLocation }], message }: any) =>
      `${ruleId} ${physicalLocation.artifactLocation.uri.split('/').slice(-1)}:${physicalLocation.region.startLine}:${physicalLocation.region.startColumn} ${message.text}`,
  );
  expect(found).toContain(
    'plan_file slas.yaml:1:1 is not there: create it (docs/response-plan.md says what belongs into it)',
  );
  expect(found).toContain('plan_yaml odd%20name.yaml:1:7 anchors are not read here (&x): remove it');
  expect(found).toContainEqual(expect.stringMatching(/^plan_schema guards.yaml:1:1 there is no key "longest_hol"/));
});

test('places below the working folder are relative to it, as code hosts want them; a good plan has no results', async () => {
  const { log, exitCode } = await sarifOf('response-plan');
  expect([exitCode, log.runs[0].results]).toEqual([0, []]);
  await using folder = await planFolder({ 'slas.yaml': null });
  const { sarifLog } = await import('../../src/plan/sarif.ts');
  const problem = { file: 'slas.yaml', line: 1, column: 1, path: '', code: 'plan_file', message: 'x' } as const;
  const inside = sarifLog({
    folder: folder.path,
    problems: [problem],
    warnings: [],
    version: '1.0.0',
    workingDir: join(folder.path, '..'),
  });
  expect(JSON.stringify(inside)).toContain(`"uri":"${relative(join(folder.path, '..'), folder.path)}/slas.yaml"`);
});
