import type { Cli, DefineCommand } from '../cli.ts';
import { plural } from '../format/text.ts';
import { leaf } from '../options.ts';

interface Made {
  applied: string[];
  /** Only when it was made now. */
  adminKey: string | null;
  adminKeyFile: string;
}

export const migrate: DefineCommand = (cli) =>
  leaf('migrate', 'make what is missing: schema, secrets, first key; `up` does so by itself', [
    'DATABASE_URL=postgres://… firebreak migrate',
  ]).action(async () => {
    const config = cli.config();
    const [{ withStore }, { adminKeyPath, ensureAdminKey, ensureSchema, ensureSecrets }] = await Promise.all([
      import('../store.ts'),
      import('../../service/prepare.ts'),
    ]);
    await ensureSecrets(config.dir);
    const made = await withStore(config, async (store) => ({
      applied: await ensureSchema(store),
      adminKey: await ensureAdminKey(store, config),
      adminKeyFile: adminKeyPath(config.dir),
    }));
    cli.show(made, () => print(cli, made));
  });

function print({ terminal }: Cli, { applied, adminKey, adminKeyFile }: Made): void {
  for (const name of applied) terminal.line(name);
  terminal.line(applied.length > 0 ? `Applied ${plural(applied.length, 'migration')}.` : 'The schema is up to date.');
  if (adminKey) terminal.line(`The first administrator's key: ${adminKey}  (kept in ${adminKeyFile})`);
}
