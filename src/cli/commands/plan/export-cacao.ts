import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DefineCommand } from '../../cli.ts';
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
      const [{ loadPlan }, { exportCacao }] = await Promise.all([
        import('../../../plan/load.ts'),
        import('../../../cacao/export.ts'),
      ]);
      const { plan } = await loadPlan(given === undefined ? cli.config().planDir : resolve(given));
      const exported = exportCacao(playbookNamed(plan.playbooks, name), cli.now().toISOString());
      // JSON with and without --json.
      if (out === undefined) return cli.terminal.json(exported);
      await writeFile(out, `${JSON.stringify(exported, null, 2)}\n`);
      cli.show({ file: out }, () => cli.terminal.line(`Wrote ${out}.`));
    });
