import type { Cli, DefineCommand } from '../cli.ts';
import { printFields } from '../format/table.ts';
import { cleanLines } from '../format/text.ts';
import { group, leaf } from '../options.ts';
import { masked, type SourceAccess, sourceAccess } from '../source-access.ts';

export const sources: DefineCommand = (cli) =>
  group('sources', 'tools that send alerts', [
    leaf('list', 'each source with its URL, its credential and what to paste into the tool; needs no running server', [
      'firebreak sources list',
      'firebreak sources list --show-secrets --json',
    ])
      .option('--show-secrets', 'print credentials instead of asterisks')
      .action(async ({ showSecrets }: { showSecrets?: true }) => {
        const all = await sourceAccess(cli.config());
        const shown = showSecrets ? all : await Promise.all(all.map(masked));
        cli.show(
          shown.map(({ name, url, authentication, credential, snippet }) => ({
            name,
            url,
            authentication,
            credential,
            snippet,
          })),
          () => {
            for (const source of shown) print(cli, source);
            if (!showSecrets) cli.terminal.note('Credentials are hidden; --show-secrets prints them');
          },
        );
      }),
  ]);

function print(cli: Cli, { name, title, url, authentication, credential, snippet }: SourceAccess): void {
  const { line, style } = cli.terminal;
  line(style('bold', `${name}  ${title}`));
  printFields(cli.terminal, [
    ['URL', url],
    ['Authentication', authentication],
    ['Credential', credential],
  ]);
  for (const text of cleanLines(snippet).trimEnd().split('\n')) line(`  ${text}`.trimEnd());
  line();
}
