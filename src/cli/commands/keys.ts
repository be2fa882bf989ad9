import { Option } from 'commander';
import { type Role, roles } from '../../core/roles.ts';
import type { DefineCommand } from '../cli.ts';
import { printEnd } from '../format/incident.ts';
import { printTable } from '../format/table.ts';
import { clean } from '../format/text.ts';
import { relative } from '../format/time.ts';
import { cursorOption, given, group, leaf, limitOption } from '../options.ts';

export const keys: DefineCommand = (cli) =>
  group('keys', 'who may use the API, and as what', [create(cli), list(cli), revoke(cli)]);

const create: DefineCommand = (cli) =>
  leaf('create', 'make an API key; it is shown this once', ['firebreak keys create --name ana --role responder'])
    .requiredOption('--name <name>', 'who holds it: on the audit log with everything done by it')
    .addOption(
      new Option('--role <role>', 'each may do all that the ones before it may').choices(roles).makeOptionMandatory(),
    )
    .action(async ({ name, role }: { name: string; role: Role }) => {
      const client = await cli.client();
      cli.show(await client.createKey({ name, role }), (made) => {
        cli.terminal.note(`Key ${made.id} of ${clean(made.name)} (${made.role}); it is not shown again:`);
        cli.terminal.line(made.key);
      });
    });

const list: DefineCommand = (cli) =>
  leaf('list', 'list the keys, without their secrets', ['firebreak keys list'])
    .addOption(limitOption())
    .addOption(cursorOption())
    .action(async ({ limit, cursor }: { limit: number; cursor?: string }) => {
      const client = await cli.client();
      const page = await client.keys({ limit, ...given({ cursor }) });
      cli.show(page, ({ items, next }) => {
        printTable(cli.terminal, items, [
          { title: 'ID', value: ({ id }) => id },
          { title: 'NAME', value: ({ name }) => name },
          { title: 'ROLE', value: ({ role }) => role },
          { title: 'CREATED', value: ({ createdAt }) => relative(createdAt, cli.now()) },
          { title: 'BY', value: ({ createdBy }) => createdBy },
          { title: 'USED', value: ({ lastUsedAt }) => (lastUsedAt ? relative(lastUsedAt, cli.now()) : 'never') },
          { title: 'REVOKED', value: ({ revokedAt }) => (revokedAt ? relative(revokedAt, cli.now()) : '-') },
        ]);
        printEnd(cli, items.length, next, 'No keys.');
      });
    });

const revoke: DefineCommand = (cli) =>
  leaf('revoke', 'end a key at once', ['firebreak keys revoke k2m9qx4ta5d0'])
    .argument('<id>', 'the key, as `keys list` names it')
    .action(async (id: string) => {
      const client = await cli.client();
      cli.show(await client.revokeKey(id), (key) =>
        cli.terminal.line(`Revoked ${id}${key ? ` of ${clean(key.name)}` : ''}.`),
      );
    });
