import { resolve } from 'node:path';
import type { TestResult } from '../../../plan-test/run-tests.ts';
import type { DefineCommand } from '../../cli.ts';
import { exitCodes } from '../../errors.ts';
import { printFailure } from '../../format/plan-test.ts';
import { clean } from '../../format/text.ts';
import { leaf } from '../../options.ts';

export const test: DefineCommand = (cli) =>
  leaf('test', 'run the tests of a response plan: the true workflows, simulated actions, days in milliseconds', [
    'firebreak plan test',
    'firebreak plan test ./response-plan --filter brute-force',
  ])
    .argument('[folder]', 'the plan; default: FIREBREAK_PLAN')
    .option('--filter <text>', 'only tests whose file or name has this in it')
    .action(async (given: string | undefined, { filter }: { filter?: string }) => {
      const { runPlanTests } = await import('../../../plan-test/run-tests.ts');
      const { planDir, searchPath } = cli.config();
      const folder = given === undefined ? planDir : resolve(given);
      const { terminal } = cli;
      const show = (result: TestResult): void => {
        if (result.passed) terminal.line(`${terminal.style('green', 'ok')}   ${result.file} ${clean(result.name)}`);
        else printFailure(terminal, result);
      };
      const startedMs = performance.now();
      const results = await runPlanTests({
        folder,
        filter,
        searchPath,
        onProgress: (message) => terminal.note(message),
        onResult: (result) => {
          if (!cli.json) show(result);
        },
      });
      const seconds = (performance.now() - startedMs) / 1_000;
      const passed = results.filter((result) => result.passed).length;
      const failed = results.length - passed;
      cli.exitCode = failed > 0 || results.length === 0 ? exitCodes.failure : exitCodes.ok;
      const tests = results.map(({ seen: _, ...told }) => told);
      cli.show({ folder, passed, failed, seconds, tests }, () => {
        const rate =
          results.length === 0 ? '' : ` (${seconds.toFixed(1)} s, ${(results.length / seconds).toFixed(1)} a second)`;
        if (results.length === 0)
          terminal.line(`${folder} has no test${filter === undefined ? '' : ` with "${clean(filter)}"`}.`);
        terminal.line(`${passed} passed, ${failed} failed${rate}`);
      });
    });
