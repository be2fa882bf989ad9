import { suppressedReasons } from '../../contract/api/index.ts';
import type { DefineCommand } from '../cli.ts';
import { printEnd } from '../format/incident.ts';
import { printTable } from '../format/table.ts';
import { relative } from '../format/time.ts';
import { words } from '../format/words.ts';
import { cursorOption, given, group, leaf, limitOption, someOf } from '../options.ts';

interface ListOptions {
  because?: string;
  source?: string;
  firing?: true;
  search?: string;
  limit: number;
  cursor?: string;
}

export const alerts: DefineCommand = (cli) =>
  group('alerts', 'alerts that belong to no incident', [
    leaf('list', 'list them, newest first, with why they are no incident', [
      'firebreak alerts list --firing',
      'firebreak alerts list --because silenced,inhibited --source grafana',
      'firebreak alerts list --search 9qx4ta5d0c8k2m',
    ])
      .option('--because <reason>', `one or more of ${suppressedReasons.join(', ')}`, someOf(suppressedReasons))
      .option('--source <name>', 'only from this source')
      .option('--firing', 'only those that still fire')
      .option('--search <text>', 'a part of the title or a label, or the silence or rule that withholds them')
      .addOption(limitOption())
      .addOption(cursorOption())
      .action(async ({ because, source, firing, search, limit, cursor }: ListOptions) => {
        const client = await cli.client();
        const status = firing ? 'firing' : undefined;
        const page = await client.suppressedAlerts({
          limit,
          ...given({ suppressed: because, source, status, q: search, cursor }),
        });
        cli.show(page, ({ items, next }) => {
          if (items.length > 0) {
            printTable(cli.terminal, items, [
              { title: 'ID', value: ({ id }) => id },
              { title: 'SOURCE', value: (item) => item.source },
              { title: 'STATUS', value: (item) => item.status },
              { title: 'RECEIVED', value: ({ receivedAt }) => relative(receivedAt, cli.now()) },
              { title: 'BECAUSE', value: ({ suppressed }) => words(suppressed) },
              { title: 'TITLE', value: ({ title }) => title, flexible: true },
              { title: 'WHY', value: ({ explanation }) => explanation, flexible: true },
            ]);
          }
          printEnd(cli, items.length, next, 'Every alert belongs to an incident.');
        });
      }),
  ]);
