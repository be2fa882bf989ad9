import { relative, resolve } from 'node:path';
import type { DefineCommand } from '../../cli.ts';
import { leaf } from '../../options.ts';

export const create: DefineCommand = (cli) =>
  leaf('new', 'a small plan to start from, in a new or empty folder', ['firebreak plan new ./response-plan'])
    .argument('<folder>', 'where')
    .action(async (given: string) => {
      const { writeScaffold } = await import('../../../plan/scaffold.ts');
      const folder = resolve(given);
      const files = await writeScaffold(folder);
      cli.show({ folder, files }, () => {
        const { line } = cli.terminal;
        for (const file of files) line(`  ${file}`);
        const place = relative(process.cwd(), folder);
        line(`A plan to start from. Check it after each change: firebreak plan check ${place}`);
        line(`Run by it: FIREBREAK_PLAN=${place} firebreak up`);
      });
    });
