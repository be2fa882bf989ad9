import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../../../config.ts';
import { placeOfLog } from '../../audit-log.ts';
import type { Cli, DefineCommand } from '../../cli.ts';
import type { Client } from '../../client.ts';
import { leaf } from '../../options.ts';

export const auditExport: DefineCommand = (cli) =>
  leaf('export', 'the whole log as a file that verifies without the database', [
    'firebreak audit export --out audit.ndjson',
  ])
    .requiredOption('--out <file>', 'a new file; only you can read it')
    .action(async ({ out }: { out: string }) => {
      await writeLog(cli, out);
      cli.show({ file: out }, () =>
        cli.terminal.line(`Wrote ${out}; verify it with: firebreak audit verify --file ${out}`),
      );
    });

async function writeLog(cli: Cli, out: string): Promise<void> {
  const config = cli.config();
  if (placeOfLog(config) === 'server') await downloadExport(await cli.client(), out);
  else await exportDatabase(config, out);
}

/** Fails where the file exists: an older export is worth keeping. */
export async function downloadExport(client: Client, path: string): Promise<void> {
  const response = await client.http.stream('/api/audit/export', { accept: 'application/x-ndjson' });
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  let isOurs = false;
  file.once('open', () => {
    isOurs = true;
  });
  try {
    await pipeline(response.body ? Readable.fromWeb(response.body) : [], file);
  } catch (error) {
    if (isOurs) await rm(path, { force: true });
    throw error;
  }
}

async function exportDatabase(config: Config, path: string): Promise<void> {
  const [
    { writeExport },
    { readIfThere },
    { publicKeyPath },
    { withStore },
    { withAuditSnapshot },
    { readAllCheckpoints },
  ] = await Promise.all([
    import('../../../audit/export.ts'),
    import('../../../audit/durable-files.ts'),
    import('../../../audit/keys.ts'),
    import('../../store.ts'),
    import('../../../store/audit-snapshot.ts'),
    import('../../../store/checkpoints.ts'),
  ]);
  await withStore(config, async (store) => {
    const checkpoints = await readAllCheckpoints(store);
    const publicKey = await readIfThere(publicKeyPath(config.dir));
    await withAuditSnapshot(store, ({ entries }) => writeExport(path, { publicKey, checkpoints, entries }));
  });
}
