import type { DefineCommand } from '../../cli.ts';
import { exitCodes } from '../../errors.ts';
import { printTable } from '../../format/table.ts';
import { clean, plural } from '../../format/text.ts';
import { relative } from '../../format/time.ts';
import { leaf } from '../../options.ts';

export const status: DefineCommand = (cli) =>
  leaf('status', 'which plan is in force, in which process; exit code 1 when a newer one was refused', [
    'firebreak plan status',
  ]).action(async () => {
    const found = await (await cli.client()).plan();
    const refusals = found.processes.filter(({ refused }) => refused !== null);
    if (refusals.length > 0) cli.exitCode = exitCodes.failure;
    cli.show(found, ({ digest, playbooks, processes }) => {
      const { line } = cli.terminal;
      line(`${plural(playbooks.length, 'playbook')}, digest ${digest}`);
      printTable(cli.terminal, processes, [
        { title: 'PROCESS', value: ({ process }) => process },
        { title: 'DIGEST', value: (one) => one.digest.slice(0, 12) },
        { title: 'LOADED', value: ({ loadedAt }) => relative(loadedAt, cli.now()) },
        { title: 'BY', value: ({ loadedBy }) => loadedBy },
      ]);
      for (const { process, refused } of refusals) {
        line();
        line(`${process} refused a newer plan (${plural(refused?.count ?? 0, 'problem')}); the one above stays:`);
        for (const problem of refused?.problems ?? []) line(clean(problem));
      }
    });
  });
