import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DefineCommand } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { violationLines } from '../../format/cacao.ts';
import { leaf } from '../../options.ts';
import { playbookNamed } from '../../playbook-named.ts';

interface Options {
  plan?: string;
  out?: string;
}

export const exportCacaoPlaybook: DefineCommand = (cli) =>
  leaf('export-cacao', 'a playbook as CACAO 2.0 (JSON)', [
    'firebreak plan export-cacao brute-force --out brute-force.json',
  ])
    .argument('<playbook>', 'its name')
    .option('--plan <folder>', 'the plan; default: FIREBREAK_PLAN')
    .option('--out <file>', 'write it to a file')
    .action(async (name: string, { plan: given, out }: Options) => {
      const [{ loadPlan }, { exportCacao }, { violationsOf }] = await Promise.all([
        import('../../../plan/load.ts'),
        import('../../../cacao/export.ts'),
        import('../../../cacao/violations.ts'),
      ]);
      const { plan } = await loadPlan(given === undefined ? cli.config().planDir : resolve(given));
      const exported = exportCacao(playbookNamed(plan.playbooks, name), cli.now().toISOString());
      const { errors } = violationsOf(exported);
      if (errors.length > 0) {
        const lines = violationLines(errors).join('\n');
        throw new CliError('cacao_invalid', `${name} cannot be said in CACAO 2.0, nothing is written:\n${lines}`);
      }
      // JSON with and without --json.
      if (out === undefined) return cli.terminal.json(exported);
      await writeFile(out, `${JSON.stringify(exported, null, 2)}\n`);
      cli.show({ file: out }, () => cli.terminal.line(`Wrote ${out}.`));
    });
