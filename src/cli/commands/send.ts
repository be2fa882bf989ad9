// Sends a real payload, signed as its tool would sign it, so that a first incident can be seen.

import { readFile } from 'node:fs/promises';
import { type AlertsAccepted, alertsAccepted } from '../../contract/api/index.ts';
import { type Source, signedMessage } from '../../sources/source.ts';
import type { Cli, DefineCommand } from '../cli.ts';
import { CliError } from '../errors.ts';
import { printTable } from '../format/table.ts';
import { plural } from '../format/text.ts';
import { duration, parseDuration } from '../format/time.ts';
import { leaf } from '../options.ts';
import { isResolved, registeredSources, resolvedOf, sampleOf, sourceOf } from '../samples.ts';
import { rememberStart, startOf } from '../sent-samples.ts';
import { sourceAccess } from '../source-access.ts';
import { waitForContainment } from '../wait.ts';

interface Options {
  source: string;
  resolved?: true;
  repeat?: true;
  file?: string;
  list?: true;
  wait?: true;
  waitTimeout: number;
}

/** Where the source has it; else its first. */
const defaultSample = 'brute-force';
const defaultWaitMs = 300_000;

export const send: DefineCommand = (cli) =>
  leaf('send', 'send a sample alert, or a body of your own, signed as its tool would', [
    'firebreak send brute-force --wait',
    'firebreak send brute-force --resolved',
    'firebreak send service-down --source grafana',
    'firebreak send --source generic --file alert.json',
  ])
    .argument('[sample]', `which; see --list; default: ${defaultSample}, or the first of the source`)
    .option('--source <name>', 'as which tool', 'alertmanager')
    .option('--resolved', 'that it is over: resolves the one that was sent last')
    .option('--repeat', 'the one that was sent last, once more')
    .option('--file <body>', 'a body of your own instead of a sample')
    .option('--list', 'list the samples and end')
    .option('--wait', 'watch the incident until its containment is done, or it has ended')
    .option(
      '--wait-timeout <duration>',
      `give up waiting after this, default ${duration(defaultWaitMs)}`,
      parseDuration,
      defaultWaitMs,
    )
    .action(async (given: string | undefined, options: Options) => {
      if (options.list) return await list(cli);
      const source = await sourceOf(options.source);
      const sample =
        given ?? (defaultSample in source.samples ? defaultSample : (Object.keys(source.samples)[0] ?? ''));
      const body =
        options.file === undefined
          ? await sampleBody(cli, source, sample, options)
          : await readFile(options.file, 'utf8');
      const accepted = await deliver(cli, source, body);
      if (!cli.json) print(cli, accepted);
      const incidents = options.wait
        ? await waitForContainment(cli, accepted.incidents, options.waitTimeout)
        : undefined;
      if (cli.json) cli.terminal.json(incidents ? { ...accepted, incidents } : accepted);
    });

async function list(cli: Cli): Promise<void> {
  const rows = (await registeredSources()).map(({ name, samples }) => ({
    source: name,
    samples: Object.keys(samples).filter((sample) => !isResolved(sample)),
  }));
  cli.show(rows, () =>
    printTable(cli.terminal, rows, [
      { title: 'SOURCE', value: ({ source }) => source },
      { title: 'SAMPLES', value: ({ samples }) => samples.join(', ') },
    ]),
  );
}

/** An alert is one episode: a resolved one, or a repeat, began when the one that was sent began. */
async function sampleBody(cli: Cli, source: Source, name: string, { resolved, repeat }: Options): Promise<string> {
  if (resolved && source.noRecovery !== undefined) {
    throw new CliError('no_recovery', `${source.title} never says that it is over. ${source.noRecovery}`);
  }
  const make = sampleOf(source, resolved ? resolvedOf(name) : name);
  const nowMs = cli.now().getTime();
  const place = { dir: cli.config().dir, source: source.name, sample: name };
  if (!resolved && !repeat) {
    const startedMs = nowMs - secondsBeforeSending * 1_000;
    await rememberStart(place, startedMs);
    return make(nowMs, startedMs);
  }
  const startedMs = await startOf(place);
  if (startedMs === undefined) {
    throw new CliError('nothing_sent', `No ${name} of ${source.name} was sent from here; send it first`);
  }
  return make(nowMs, startedMs);
}

// No tool tells of a finding in the moment that it begins.
const secondsBeforeSending = 30;

async function deliver(cli: Cli, source: Source, body: string): Promise<AlertsAccepted> {
  if (source.cannotBeSigned !== undefined) throw new CliError('cannot_be_signed', source.cannotBeSigned);
  const { http } = await cli.client();
  const access = (await sourceAccess(cli.config())).find(({ name }) => name === source.name);
  if (!access) throw new CliError('unknown_source', `The server has no source ${source.name}`);
  const { pathname, search } = new URL(access.url);
  const message = signedMessage(source, body, access.credential, cli.now().getTime());
  return await http.postAs(
    pathname + (source.samplePath ? `/${source.samplePath}` : '') + search,
    alertsAccepted,
    message.body,
    message.headers,
  );
}

function print(cli: Cli, { accepted, duplicates, incidents }: AlertsAccepted): void {
  const { line } = cli.terminal;
  const repeated = duplicates > 0 ? `, ${plural(duplicates, 'duplicate')} that changed nothing` : '';
  line(`Accepted ${plural(accepted, 'alert')}${repeated}.`);
  for (const { id, url } of incidents) line(`Incident ${id}  ${url}`);
}
