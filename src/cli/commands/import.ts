// Takes in historic alerts from a file of any length: read line by line, checked here, sent in parts.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { alertsAccepted } from '../../contract/api/index.ts';
import { MalformedAlert, noWorld, type Source } from '../../sources/source.ts';
import type { Cli, DefineCommand } from '../cli.ts';
import { interruption } from '../cli.ts';
import { CliError, exitCodes } from '../errors.ts';
import { plural } from '../format/text.ts';
import type { Http } from '../http.ts';
import { leaf } from '../options.ts';
import { openProgress } from '../progress.ts';
import { sourceOf } from '../samples.ts';
import { sourceAccess } from '../source-access.ts';

interface Options {
  dryRun?: boolean;
}

/** Below the gateway's limits: 1 MiB, and what the inbox writes in one piece. */
const partBytes = 768 * 1024;
const partLines = 1_000;
/** Lines that are no alerts are named up to this number, and counted beyond. */
const mostNamed = 20;
const tellEveryMs = 1_000;

export const importAlerts: DefineCommand = (cli) =>
  leaf('import', 'take in historic alerts, one JSON object a line; they open nothing and page nobody', [
    'firebreak import alerts-2025.ndjson --dry-run',
    'firebreak import alerts-2025.ndjson',
  ])
    .argument('<file>', 'NDJSON: an alert of the generic format on each line, with startsAt; - for standard input')
    .option('--dry-run', 'only check the lines')
    .action(async (file: string, { dryRun = false }: Options) => {
      const source = await sourceOf('history');
      const deliver = dryRun ? undefined : await deliverer(cli, source);
      const progress = openProgress(cli.terminal.stderr);
      const step = progress.step(`${dryRun ? 'Checking' : 'Importing'} ${file}`);
      const stopped = interruption(cli);
      const result: Imported = { lines: 0, accepted: 0, duplicates: 0, wrong: [] };
      let tellAfterMs = Date.now() + tellEveryMs;
      try {
        for await (const part of partsOf(cli, source, file, result)) {
          stopped.signal.throwIfAborted();
          if (deliver) add(result, await deliver(part, stopped.signal));
          if (Date.now() < tellAfterMs) continue;
          step.update(plural(result.lines, 'line'));
          tellAfterMs = Date.now() + tellEveryMs;
        }
        step.done(plural(result.lines, 'line'));
      } catch (error) {
        step.fail('');
        throw error;
      } finally {
        stopped.done();
        progress.end();
      }
      report(cli, result, dryRun);
    });

interface Imported {
  /** Read so far. */
  lines: number;
  accepted: number;
  duplicates: number;
  wrong: { line: number; problem: string }[];
}

/** Of lines that are alerts; the others are put among what is wrong. */
async function* partsOf(cli: Cli, source: Source, file: string, result: Imported): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let part: string[] = [];
  let bytes = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    result.lines += 1;
    const line = text.trim();
    if (line === '') continue;
    const problem = problemOf(source, line, cli.now().getTime());
    if (problem !== undefined) {
      result.wrong.push({ line: result.lines, problem });
      continue;
    }
    const size = Buffer.byteLength(line) + 1;
    if (part.length === partLines || (part.length > 0 && bytes + size > partBytes)) {
      yield part.join('\n');
      [part, bytes] = [[], 0];
    }
    part.push(line);
    bytes += size;
  }
  if (part.length > 0) yield part.join('\n');
}

function problemOf(source: Source, line: string, nowMs: number): string | undefined {
  if (Buffer.byteLength(line) > partBytes) return `it has over ${partBytes} bytes`;
  if (!line.startsWith('{')) return 'it is no JSON object';
  const request = { headers: {}, path: [], body: Buffer.from(line), receivedAtMs: nowMs };
  try {
    source.normalise(source.parse(request, noWorld), nowMs);
    return undefined;
  } catch (error) {
    if (error instanceof MalformedAlert) return error.message;
    throw error;
  }
}

type Deliver = (part: string, signal: AbortSignal) => Promise<{ accepted: number; duplicates: number }>;

async function deliverer(cli: Cli, source: Source): Promise<Deliver> {
  const { http } = await cli.client();
  const access = (await sourceAccess(cli.config())).find(({ name }) => name === source.name);
  if (!access) throw new CliError('unknown_source', `The server has no source ${source.name}; is it of this version?`);
  const { pathname } = new URL(access.url);
  return async (part, signal) => {
    const headers = source.sign(part, access.credential, cli.now().getTime());
    const answer = await sentPatiently(http, pathname, part, headers, signal);
    if (!answer.quarantined) return answer;
    throw new CliError('import_refused', `The server did not take a part of it: ${answer.quarantined.problem}`);
  };
}

const busyCodes = ['inbox_full', 'store_unavailable', 'store_failed'];
const attempts = 6;
const pauseMs = 2_000;

/** A part that was stored before its answer was lost is stored once all the same. */
async function sentPatiently(
  http: Http,
  path: string,
  part: string,
  headers: Record<string, string>,
  signal: AbortSignal,
) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await http.postAs(path, alertsAccepted, part, headers);
    } catch (error) {
      const isBusy = error instanceof CliError && busyCodes.includes(error.code);
      if (!isBusy || attempt === attempts) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
}

function add(result: Imported, { accepted, duplicates }: { accepted: number; duplicates: number }): void {
  result.accepted += accepted;
  result.duplicates += duplicates;
}

function report(cli: Cli, { lines, accepted, duplicates, wrong }: Imported, dryRun: boolean): void {
  if (wrong.length > 0) cli.exitCode = exitCodes.failure;
  cli.show({ lines, accepted, duplicates, wrong, dryRun }, () => {
    const { line } = cli.terminal;
    if (dryRun) line(`${plural(lines, 'line')}, ${wrong.length} of them no alerts; nothing was sent.`);
    else line(`Imported ${plural(accepted, 'alert')}; ${duplicates} were known already.`);
    for (const { line: number, problem } of wrong.slice(0, mostNamed)) line(`Line ${number}: ${problem}`);
    if (wrong.length > mostNamed) line(`… and ${wrong.length - mostNamed} more lines that are no alerts`);
  });
}
