import { resolve } from 'node:path';
import packageJson from '../../../../package.json' with { type: 'json' };
import type { DefineCommand } from '../../cli.ts';
import { exitCodes } from '../../errors.ts';
import { clean, plural } from '../../format/text.ts';
import { leaf } from '../../options.ts';

export const check: DefineCommand = (cli) =>
  leaf('check', 'check a response plan; exit code 1 when it cannot be used', [
    'firebreak plan check',
    'firebreak plan check ./response-plan --json',
    'firebreak plan check --sarif > plan.sarif',
  ])
    .argument('[folder]', 'the plan; default: FIREBREAK_PLAN')
    .option('--sarif', 'SARIF 2.1.0 on stdout, for code hosts and editors')
    .action(async (given: string | undefined, { sarif }: { sarif?: true }) => {
      const [{ checkPlan }, { describeProblem }, { loadTests }, { problemOfAlert }] = await Promise.all([
        import('../../../plan/load.ts'),
        import('../../../plan/problem.ts'),
        import('../../../plan/load-tests.ts'),
        import('../../../plan-test/alerts.ts'),
      ]);
      const folder = given === undefined ? cli.config().planDir : resolve(given);
      const checked = await checkPlan(folder);
      // A plan with wrong tests can be used; whoever checks it wants to know all the same.
      const tests = await loadTests(folder, problemOfAlert);
      const problems = [checked, tests].flatMap((one) => (one.ok ? [] : one.problems));
      const warnings = checked.ok ? checked.warnings : [];
      cli.exitCode = problems.length === 0 ? exitCodes.ok : exitCodes.failure;
      const { line } = cli.terminal;
      if (sarif) {
        const { sarifLog } = await import('../../../plan/sarif.ts');
        cli.terminal.json(
          sarifLog({ folder, problems, warnings, version: packageJson.version, workingDir: process.cwd() }),
        );
      } else if (checked.ok && problems.length === 0) {
        const { digest, plan: content } = checked.loaded;
        const playbooks = content.playbooks.map(({ name }) => name);
        cli.show({ ok: true, folder, digest, playbooks, problems: [], warnings }, () => {
          for (const warning of warnings) line(clean(`warning: ${describeProblem(warning)}`));
          line(`${folder} is right: ${plural(playbooks.length, 'playbook')}, digest ${digest}`);
        });
      } else {
        cli.show({ ok: false, folder, digest: null, playbooks: [], problems, warnings }, () => {
          for (const warning of warnings) line(clean(`warning: ${describeProblem(warning)}`));
          for (const problem of problems) line(clean(describeProblem(problem)));
          line(`${folder} has ${plural(problems.length, 'problem')}.`);
        });
      }
    });
