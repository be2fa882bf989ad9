import { containmentStatuses } from '../../contract/api/index.ts';
import type { DefineCommand } from '../cli.ts';
import { printContainments } from '../format/containment.ts';
import { printEnd } from '../format/incident.ts';
import { duration, parseDuration } from '../format/time.ts';
import { cursorOption, given, group, leaf, limitOption, reasonOption, someOf } from '../options.ts';

export const containments: DefineCommand = (cli) =>
  group('containments', 'what is blocked or isolated now, and until when', [list(cli), lift(cli), extend(cli)]);

interface ListOptions {
  all?: true;
  status?: string;
  incident?: string;
  limit: number;
  cursor?: string;
}

const list: DefineCommand = (cli) =>
  leaf('list', 'list containments that are, or may be, in the world', [
    'firebreak containments list',
    'firebreak containments list --all --incident 7k2m9qx4ta',
  ])
    .option('--all', 'also those that have ended')
    .option('--status <status>', `one or more of ${containmentStatuses.join(', ')}`, someOf(containmentStatuses))
    .option('--incident <id>', 'only of this incident')
    .addOption(limitOption())
    .addOption(cursorOption())
    .action(async ({ all, status, incident, limit, cursor }: ListOptions) => {
      const client = await cli.client();
      const active = all || status !== undefined ? {} : { active: true };
      const page = await client.containments({ limit, ...active, ...given({ status, incident, cursor }) });
      cli.show(page, ({ items, next }) => {
        if (items.length > 0) printContainments(cli, items);
        printEnd(cli, items.length, next, 'Nothing is contained.');
      });
    });

const lift: DefineCommand = (cli) =>
  leaf('lift', 'end a containment now: it is undone and read back', [
    `firebreak containments lift 9qx4ta5d0c8k2m --reason 'It was a partner'`,
  ])
    .argument('<id>', 'the containment')
    .addOption(reasonOption())
    .action(async (id: string, { reason }: { reason?: string }) => {
      const client = await cli.client();
      const result = await client.lift(id, given({ reason }));
      cli.show(result, () => cli.terminal.line(`Lifting ${id}.`));
    });

const extend: DefineCommand = (cli) =>
  leaf('extend', 'hold a containment longer', ['firebreak containments extend 9qx4ta5d0c8k2m --for 2h'])
    .argument('<id>', 'the containment')
    .requiredOption('--for <duration>', 'how much longer, such as 2h', parseDuration)
    .addOption(reasonOption())
    .action(async (id: string, { for: byMs, reason }: { for: number; reason?: string }) => {
      const client = await cli.client();
      const result = await client.extend(id, { byMs, ...given({ reason }) });
      cli.show(result, () => cli.terminal.line(`${id} is held ${duration(byMs)} longer.`));
    });
