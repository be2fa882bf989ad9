import type { DefineCommand } from '../../cli.ts';
import { interruption } from '../../cli.ts';
import { followAll, followOne } from '../../follow.ts';
import { changePrinter } from '../../format/change.ts';
import { leaf } from '../../options.ts';

export const watch: DefineCommand = (cli) =>
  leaf('watch', 'one line per change, as it happens; of one incident until it has ended', [
    'firebreak incidents watch',
    'firebreak incidents watch 7k2m9qx4ta --json | jq .text',
  ])
    .argument('[id]', 'only this incident, from its beginning on')
    .action(async (id: string | undefined) => {
      const client = await cli.client();
      const { signal, done } = interruption(cli);
      const options = {
        signal,
        onLost: (reason: string) => cli.terminal.note(`Connection lost (${reason}); trying again`),
      };
      const print = changePrinter(cli);
      try {
        if (id === undefined) cli.terminal.note(`Watching ${client.http.server.url}; Ctrl-C ends`);
        const followed = id === undefined ? followAll(client, options) : followOne(client, id, options);
        for await (const change of followed) print(change);
      } finally {
        done();
      }
    });
