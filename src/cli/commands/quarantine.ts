import type { DefineCommand } from '../cli.ts';
import { printEnd } from '../format/incident.ts';
import { printTable } from '../format/table.ts';
import { relative } from '../format/time.ts';
import { cursorOption, given, group, leaf, limitOption } from '../options.ts';

interface ListOptions {
  source?: string;
  limit: number;
  cursor?: string;
}

export const quarantine: DefineCommand = (cli) =>
  group('quarantine', 'bodies that came authenticated but could not be read', [
    leaf('list', 'list them, with what is wrong and where', ['firebreak quarantine list --source grafana'])
      .option('--source <name>', 'only from this source')
      .addOption(limitOption())
      .addOption(cursorOption())
      .action(async ({ source, limit, cursor }: ListOptions) => {
        const client = await cli.client();
        const page = await client.quarantine({ limit, ...given({ source, cursor }) });
        cli.show(page, ({ items, next }) => {
          if (items.length > 0) {
            printTable(cli.terminal, items, [
              { title: 'ID', value: ({ id }) => id },
              { title: 'SOURCE', value: (item) => item.source },
              { title: 'RECEIVED', value: ({ receivedAt }) => relative(receivedAt, cli.now()) },
              { title: 'TIMES', value: ({ times }) => String(times) },
              { title: 'PLACE', value: ({ place }) => place, flexible: true },
              { title: 'PROBLEM', value: ({ problem }) => problem, flexible: true },
            ]);
          }
          printEnd(cli, items.length, next, 'Nothing is in quarantine.');
        });
      }),
  ]);
