import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DefineCommand } from '../../cli.ts';
import { leaf } from '../../options.ts';
import { playbookNamed } from '../../playbook-named.ts';

interface Options {
  plan?: string;
  svg?: string;
}

export const explain: DefineCommand = (cli) =>
  leaf('explain', 'a picture of a playbook: a Mermaid flowchart, or an SVG file', [
    'firebreak plan explain brute-force',
    'firebreak plan explain service-down --svg service-down.svg',
  ])
    .argument('<playbook>', 'its name')
    .option('--plan <folder>', 'the plan; default: FIREBREAK_PLAN')
    .option('--svg <file>', 'write an SVG to this file')
    .action(async (name: string, { plan: given, svg: file }: Options) => {
      const [{ loadPlan }, { drawPlaybook }, { mermaidOf }] = await Promise.all([
        import('../../../plan/load.ts'),
        import('../../../playbook-picture/draw.ts'),
        import('../../../playbook-picture/mermaid.ts'),
      ]);
      const { plan } = await loadPlan(given === undefined ? cli.config().planDir : resolve(given));
      const picture = drawPlaybook(playbookNamed(plan.playbooks, name), plan.modules);
      const mermaid = mermaidOf(picture);
      if (file === undefined) return cli.show({ playbook: name, mermaid }, () => cli.terminal.stdout.write(mermaid));
      const [{ layOut }, { svgOf }] = await Promise.all([
        import('../../../playbook-picture/layout.ts'),
        import('../../../playbook-picture/svg.ts'),
      ]);
      await writeFile(file, svgOf(await layOut(picture)));
      cli.show({ playbook: name, mermaid, svg: file }, () => cli.terminal.line(`Wrote ${file}.`));
    });
