import { isEcho } from '../../../core/report/echo.ts';
import type { DefineCommand } from '../../cli.ts';
import { printEnd, printEntry } from '../../format/incident.ts';
import { cursorOption, given, leaf, limitOption } from '../../options.ts';

export const timeline: DefineCommand = (cli) =>
  leaf('timeline', 'what happened, from its slice of the audit log', ['firebreak incidents timeline 7k2m9qx4ta'])
    .argument('<id>', 'the incident')
    .addOption(limitOption())
    .addOption(cursorOption())
    .action(async (id: string, { limit, cursor }: { limit: number; cursor?: string }) => {
      const client = await cli.client();
      const page = await client.timeline(id, { limit, ...given({ cursor }) });
      cli.show(page, ({ items, next }) => {
        for (const entry of items.filter((one) => !isEcho(one))) printEntry(cli, entry);
        printEnd(cli, items.length, next, 'Nothing happened yet.');
      });
    });
