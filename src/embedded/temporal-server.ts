// Runs Temporal's dev server on a SQLite file in the state folder. It is not for production: docker-compose.yml runs the
// real server on Postgres.

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Connection, type WorkflowService } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { searchAttributeNames } from '../contract/search-attributes.ts';
import { choosePort, isListening } from './ports.ts';
import { endLeftover, readRecord, writeRecord } from './run-record.ts';
import { startServer } from './server-process.ts';

export interface TemporalOptions {
  /** Path of the `temporal` CLI, from `findTemporalCli`. */
  executable: string;
  /** Holds temporal.db, temporal.log and temporal.run.json. */
  stateDir: string;
  /** Default 127.0.0.1. The dev server has no authentication: keep it on loopback. */
  host?: string;
  /** 0, the default, takes the port of the last run, or any free one. */
  port?: number;
  uiPort?: number;
  /** Created when missing. Default `default`. */
  namespace?: string;
  /**
   * Default `power-loss`: every commit is synced to disk. `process-crash` survives kill -9 of the server, not of the
   * machine, and completes about a third more ordinary activities: for tests.
   */
  survives?: 'power-loss' | 'process-crash';
  /** Default 30 s. */
  readyTimeoutMs?: number;
  /** Default 10 s, then SIGKILL. */
  stopTimeoutMs?: number;
  /** Called once, with the reason, when the server ends without `stop`. */
  onExit?: (reason: string) => void;
}

export interface EmbeddedTemporal {
  /** host:port */
  address: string;
  uiUrl: string;
  pid: number;
  stop(): Promise<void>;
}

const what = 'The embedded Temporal';
const historyRetentionMs = 30 * 86_400_000;
const callTimeoutMs = 5_000;

/** Starts, or starts again, the server of `stateDir`. Throws EmbeddedError. */
export async function startTemporal(options: TemporalOptions): Promise<EmbeddedTemporal> {
  const { host = '127.0.0.1', stopTimeoutMs = 10_000, readyTimeoutMs = 30_000, namespace = 'default' } = options;
  const stateDir = resolve(options.stateDir);
  await mkdir(stateDir, { recursive: true });
  const database = join(stateDir, 'temporal.db');
  const recordFile = join(stateDir, 'temporal.run.json');

  const record = await readRecord(recordFile);
  await endLeftover(record, { what, marker: database, stopSignal: 'SIGTERM', stopTimeoutMs });
  const port = await choosePort(host, {
    port: options.port ?? 0,
    remembered: record?.ports.grpc,
    what,
    setting: 'FIREBREAK_TEMPORAL_PORT',
  });
  const uiPort = await choosePort(host, {
    port: options.uiPort ?? 0,
    remembered: record?.ports.ui,
    what: 'Temporal UI',
    setting: 'FIREBREAK_TEMPORAL_UI_PORT',
  });

  const server = await startServer({
    what,
    file: options.executable,
    args: serverArguments({ host, port, uiPort, namespace, database, survives: options.survives ?? 'power-loss' }),
    logFile: join(stateDir, 'temporal.log'),
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
    onExit: options.onExit,
  });
  await writeRecord(recordFile, { pid: server.pid, parentPid: process.pid, ports: { grpc: port, ui: uiPort } });
  await server.untilReady(() => prepare(host, port, namespace), readyTimeoutMs);
  return { address: `${host}:${port}`, uiUrl: `http://${host}:${uiPort}`, pid: server.pid, stop: server.stop };
}

interface ServerArguments {
  host: string;
  port: number;
  uiPort: number;
  namespace: string;
  database: string;
  survives: 'power-loss' | 'process-crash';
}

function serverArguments({ host, port, uiPort, namespace, database, survives }: ServerArguments): string[] {
  const flags: Record<string, string> = {
    '--ip': host,
    '--port': String(port),
    '--ui-port': String(uiPort),
    '--namespace': namespace,
    '--db-filename': database,
    '--log-level': 'warn',
  };
  return [
    'server',
    'start-dev',
    ...Object.entries(flags).flat(),
    '--ui-disable-news-fetch',
    ...searchAttributeNames.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    // SQLite's default, a rollback journal, halves the throughput.
    ...['--sqlite-pragma', 'journal_mode=wal'],
    ...['--sqlite-pragma', `synchronous=${survives === 'power-loss' ? 'full' : 'normal'}`],
    // The default of 20 lets a shard hand on tasks only every 50 ms, and the dev server has one shard.
    ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'],
  ];
}

/**
 * True once the namespace, which is there later than the port, keeps histories long enough: an incident's review comes
 * days after its end, and its workflow should still be in Temporal UI.
 */
async function prepare(host: string, port: number, namespace: string): Promise<boolean> {
  // Asked first, for a refused gRPC connection is tried again only after a second.
  if (!(await isListening(host, port))) return false;
  const config = { workflowExecutionRetentionTtl: msToTs(historyRetentionMs) };
  try {
    await withService(`${host}:${port}`, (service) => service.updateNamespace({ namespace, config }));
    return true;
  } catch {
    return false;
  }
}

async function withService<T>(address: string, call: (service: WorkflowService) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: callTimeoutMs });
  try {
    return await connection.withDeadline(Date.now() + callTimeoutMs, () => call(connection.workflowService));
  } finally {
    await connection.close();
  }
}
