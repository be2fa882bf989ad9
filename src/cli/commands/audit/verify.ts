import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditVerdict } from '../../../audit/verify.ts';
import type { Kept } from '../../../audit/verify-log.ts';
import type { Config } from '../../../config.ts';
import { placeOfLog } from '../../audit-log.ts';
import type { Cli, DefineCommand } from '../../cli.ts';
import type { Client } from '../../client.ts';
import { exitCodes } from '../../errors.ts';
import { printFields } from '../../format/table.ts';
import { clean, plural } from '../../format/text.ts';
import { leaf } from '../../options.ts';
import { downloadExport } from './export.ts';

interface Options {
  file?: string;
  key?: string;
  checkpoints?: string;
  older?: string;
}

export const verify: DefineCommand = (cli) =>
  leaf('verify', 'verify the log, live or an export; names the first bad entry, exit code 1', [
    'firebreak audit verify',
    'firebreak audit verify --file audit.ndjson --key audit-signing.pub --checkpoints /mnt/worm/checkpoints',
  ])
    .option('--file <export>', 'an export instead of the live log; needs no server')
    .option('--key <pem>', 'the public key, from where nobody who can write to the log can change it')
    .option('--checkpoints <folder>', 'checkpoints of this log that are kept elsewhere')
    .option('--older <export>', 'an older export of this log, to pin the first entry that differs')
    .action(async (options: Options) => {
      const kept = await readKept(options);
      const { place, verdict } =
        options.file === undefined ? await verifyLive(cli, kept) : await verifyFile(options.file, kept);
      if (!verdict.ok) cli.exitCode = exitCodes.failure;
      cli.show({ ...verdict, log: place }, () => print(cli, place, verdict));
    });

interface Verified {
  place: string;
  verdict: AuditVerdict;
}

async function readKept({ key, checkpoints, older }: Options): Promise<Kept> {
  return {
    trustedPublicKey: key === undefined ? undefined : await readFile(key, 'utf8'),
    witnesses: checkpoints === undefined ? undefined : await readWitnesses(checkpoints),
    olderExportPath: older,
  };
}

async function readWitnesses(folder: string) {
  const { parseCheckpoint } = await import('../../../audit/checkpoint-files.ts');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
  return await Promise.all(files.map(async (path) => parseCheckpoint(await readFile(path, 'utf8'), path)));
}

async function verifyFile(path: string, kept: Kept): Promise<Verified> {
  const { verifyExport } = await import('../../../audit/verify-log.ts');
  return { place: path, verdict: await verifyExport(path, kept) };
}

async function verifyLive(cli: Cli, kept: Kept): Promise<Verified> {
  if (placeOfLog(cli.config()) === 'server') return await verifyServer(await cli.client(), kept);
  const place = 'the database';
  const verdict = await verifyDatabase(cli.config(), kept);
  // A checkpoint that was made after the snapshot makes it look cut off; then the next snapshot does not.
  const again = verdict.damage?.code === 'audit_tail_truncated';
  return { place, verdict: again ? await verifyDatabase(cli.config(), kept) : verdict };
}

async function verifyDatabase(config: Config, kept: Kept): Promise<AuditVerdict> {
  const [{ withStore }, { withAuditSnapshot }, { verifyLiveLog }] = await Promise.all([
    import('../../store.ts'),
    import('../../../store/audit-snapshot.ts'),
    import('../../../audit/verify-log.ts'),
  ]);
  const firebreakDir = config.dir;
  return await withStore(config, (store) =>
    withAuditSnapshot(store, (snapshot) => verifyLiveLog({ firebreakDir, ...snapshot }, kept)),
  );
}

async function verifyServer(client: Client, kept: Kept): Promise<Verified> {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-audit-'));
  try {
    const path = join(folder, 'audit.ndjson');
    await downloadExport(client, path);
    return { place: client.http.server.url, verdict: (await verifyFile(path, kept)).verdict };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print(cli: Cli, place: string, verdict: AuditVerdict): void {
  const { terminal } = cli;
  const { ok, damage, further, size, head, root, confirmedSize, checkpoints, keyId, keyIsTrusted } = verdict;
  const heading = ok
    ? terminal.style('green', 'The audit log holds.')
    : terminal.style(['bold', 'red'], 'The audit log is damaged.');
  terminal.line(heading);
  if (damage) terminal.line(`${damage.code}: ${clean(damage.message)}`);
  for (const other of further) terminal.line(`Also ${other.code}: ${clean(other.message)}`);
  printFields(terminal, [
    ['Log', place],
    ['Holds', size === 0 ? 'nothing: it is empty, or bad from its first entry on' : `entries 1 to ${size}`],
    ['First bad entry', damage?.seq == null ? null : String(damage.seq)],
    ['Confirmed', `entries up to ${confirmedSize}, by ${plural(checkpoints, 'checkpoint')}`],
    ['Head', head],
    ['Root', root],
    ['Key', keyId && `${keyId}${keyIsTrusted ? '' : ' (the log’s own: give --key from elsewhere to prove more)'}`],
  ]);
}
