import type { DefineCommand } from '../cli.ts';
import { plural } from '../format/text.ts';
import { leaf } from '../options.ts';

export const migrate: DefineCommand = (cli) =>
  leaf('migrate', 'bring the database to this version; `up` does so by itself', [
    'DATABASE_URL=postgres://… firebreak migrate',
  ]).action(async () => {
    const [{ withStore }, store] = await Promise.all([import('../store.ts'), import('../../store/migrate.ts')]);
    const applied = await withStore(cli.config(), store.migrate);
    cli.show({ applied }, () => {
      for (const name of applied) cli.terminal.line(name);
      cli.terminal.line(applied.length > 0 ? `Applied ${plural(applied.length, 'migration')}.` : 'Up to date.');
    });
  });
