import { silenceStates } from '../../contract/api/index.ts';
import type { DefineCommand } from '../cli.ts';
import { printEnd } from '../format/incident.ts';
import { printTable } from '../format/table.ts';
import { clean } from '../format/text.ts';
import { parseDuration, relative } from '../format/time.ts';
import { cursorOption, given, group, leaf, limitOption, someOf } from '../options.ts';

export const silences: DefineCommand = (cli) =>
  group('silences', 'alerts that open no incident for a time', [add(cli), list(cli), expire(cli)]);

const add: DefineCommand = (cli) =>
  leaf('add', 'keep alerts that match from incidents until it is over; all matchers must match', [
    `firebreak silences add 'alertname="DiskFull"' 'instance=~"db-.+"' --for 2h --reason 'Moving the disks'`,
  ])
    .argument('<matcher...>', `as in Alertmanager: severity="warning"; @source, @title, @host, … are no labels`)
    .requiredOption('--for <duration>', 'how long, such as 2h', parseDuration)
    .requiredOption('--reason <text>', 'why; it is shown with every alert that it keeps back')
    .action(async (matchers: string[], { for: forMs, reason }: { for: number; reason: string }) => {
      const client = await cli.client();
      cli.show(await client.createSilence({ matchers, reason, forMs }), ({ id, endsAt }) =>
        cli.terminal.line(`Silence ${id} ends ${relative(endsAt, cli.now())}.`),
      );
    });

interface ListOptions {
  state?: string;
  limit: number;
  cursor?: string;
}

const list: DefineCommand = (cli) =>
  leaf('list', 'list silences that are active or still to come', ['firebreak silences list --state expired'])
    .option('--state <state>', `one or more of ${silenceStates.join(', ')}`, someOf(silenceStates))
    .addOption(limitOption())
    .addOption(cursorOption())
    .action(async ({ state, limit, cursor }: ListOptions) => {
      const client = await cli.client();
      const page = await client.silences({ limit, ...given({ state, cursor }) });
      cli.show(page, ({ items, next }) => {
        if (items.length > 0) {
          printTable(cli.terminal, items, [
            { title: 'ID', value: ({ id }) => id },
            { title: 'STATE', value: (item) => item.state },
            { title: 'STARTS', value: ({ startsAt }) => relative(startsAt, cli.now()) },
            { title: 'ENDS', value: ({ endsAt }) => relative(endsAt, cli.now()) },
            { title: 'OWNER', value: ({ owner }) => owner },
            { title: 'MATCHERS', value: ({ matchers }) => matchers.join(' '), flexible: true },
            { title: 'REASON', value: ({ reason }) => reason, flexible: true },
          ]);
        }
        printEnd(cli, items.length, next, 'Nothing is silenced.');
      });
    });

const expire: DefineCommand = (cli) =>
  leaf('expire', 'end a silence now; alerts that still fire become incidents', [
    'firebreak silences expire 9qx4ta5d0c8k2m',
  ])
    .argument('<id>', 'the silence')
    .action(async (id: string) => {
      const client = await cli.client();
      cli.show(await client.expireSilence(id), (silence) =>
        cli.terminal.line(`Expired ${silence.id} (${clean(silence.reason)}).`),
      );
    });
