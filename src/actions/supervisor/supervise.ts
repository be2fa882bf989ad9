// Keeps one service alive from its current release: restarts it when it crashes, with backoff, and when it is asked to.
// A request with a key that was served before does nothing.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { realpath, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendEvent, logFile, pidFile, readEvents, type SupervisorEvent, startTicksOf } from './journal.ts';

const firstBackoffMs = 100;
const longestBackoffMs = 30_000;
/** A service that ran this long counts as well again. */
const steadyMs = 10_000;
/** Between SIGTERM and SIGKILL. */
const stopGraceMs = 5_000;

export interface Supervised {
  directory: string;
  command: readonly string[];
  /** The request that the first start serves, if it is not served yet. */
  key?: string;
}

export interface Supervisor {
  /** Says whether the key was served before. Requests are served one after the other. */
  restart(key: string): Promise<{ repeated: boolean; started: SupervisorEvent }>;
  /** Ends the service, and this supervisor's care of it. */
  stop(): Promise<void>;
}

interface Running {
  child: ChildProcess;
  pid: number;
  exited: Promise<void>;
}

export async function supervise({ directory, command, key }: Supervised): Promise<Supervisor> {
  const earlier = await readEvents(directory);
  const served = new Map<string, SupervisorEvent>();
  for (const entry of earlier) if (entry.event === 'started' && entry.key !== undefined) served.set(entry.key, entry);

  let running: Running | undefined;
  let backoffMs = firstBackoffMs;
  let stopping = false;
  let again: NodeJS.Timeout | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  /** Starts, stops and crashes never overlap. */
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const turn = tail.then(work, work);
    tail = turn.catch(() => {});
    return turn;
  };

  async function start(cause: { key?: string; reason?: string }): Promise<SupervisorEvent> {
    const folder = await realpath(join(directory, 'current'));
    const release = basename(folder);
    const [program = '', ...rest] = command;
    const log = openSync(logFile(directory), 'a', 0o640);
    // A group of its own: stopping it stops its children.
    const child = spawn(program, rest, { cwd: folder, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    const startedAtMs = Date.now();
    const exited = new Promise<void>((resolve) => {
      child.once('exit', (code, signal) => {
        appendEvent(directory, { event: 'exited', release, detail: signal ?? `exit code ${code}`, ...pidOf(child) });
        resolve();
      });
      child.once('error', () => resolve());
    });
    const failure = await new Promise<Error | undefined>((resolve) => {
      child.once('spawn', () => resolve(undefined));
      child.once('error', resolve);
    });
    if (failure !== undefined || child.pid === undefined) {
      later(startedAtMs);
      return appendEvent(directory, { event: 'start_failed', release, detail: failure?.message ?? '', ...cause });
    }
    const startTicks = await startTicksOf(child.pid);
    await writeFile(pidFile(directory), `${child.pid}\n`);
    const mine: Running = { child, pid: child.pid, exited };
    running = mine;
    exited.then(() => {
      if (running !== mine) return;
      running = undefined;
      later(startedAtMs);
    });
    const started = appendEvent(directory, {
      event: 'started',
      release,
      pid: child.pid,
      ...(startTicks === undefined ? {} : { startTicks }),
      ...cause,
    });
    if (cause.key !== undefined) served.set(cause.key, started);
    return started;
  }

  /** Starts it again after a while that doubles with each crash. */
  function later(startedAtMs: number): void {
    if (stopping) return;
    backoffMs = Date.now() - startedAtMs >= steadyMs ? firstBackoffMs : Math.min(backoffMs * 2, longestBackoffMs);
    clearTimeout(again);
    again = setTimeout(() => {
      inTurn(async () => {
        if (running === undefined && !stopping) await start({ reason: 'crash' });
      });
    }, backoffMs);
  }

  async function end(cause: { key?: string; reason?: string }): Promise<void> {
    clearTimeout(again);
    const ending = running;
    running = undefined;
    if (ending === undefined) return;
    await endGroup(ending.pid, ending.exited);
    appendEvent(directory, { event: 'stopped', pid: ending.pid, ...cause });
  }

  async function serve(asked: string): Promise<{ repeated: boolean; started: SupervisorEvent }> {
    const before = served.get(asked);
    if (before !== undefined) return { repeated: true, started: before };
    appendEvent(directory, { event: 'restart_requested', key: asked });
    await end({ key: asked });
    backoffMs = firstBackoffMs;
    const started = await start({ key: asked });
    if (started.event !== 'started') throw new Error(`The service cannot be started: ${started.detail}`);
    return { repeated: false, started };
  }

  await endOrphan(directory, earlier);
  const pending = key !== undefined && !served.has(key) ? key : unserved(earlier, served);
  await inTurn(() => start(pending === undefined ? { reason: 'supervisor_started' } : { key: pending }));

  return {
    restart: (asked) => inTurn(() => serve(asked)),
    stop: () => {
      stopping = true;
      return inTurn(() => end({ reason: 'supervisor_stopped' }));
    },
  };
}

/** The request that an earlier supervisor had begun to serve when it died. */
function unserved(
  events: readonly SupervisorEvent[],
  served: ReadonlyMap<string, SupervisorEvent>,
): string | undefined {
  const last = events.findLast((entry) => entry.event === 'restart_requested')?.key;
  return last !== undefined && !served.has(last) ? last : undefined;
}

/** A supervisor that was killed leaves its service running, which nobody can wait for any more. */
async function endOrphan(directory: string, events: readonly SupervisorEvent[]): Promise<void> {
  const last = events.findLast((entry) => entry.event === 'started');
  if (last?.pid === undefined || (await startTicksOf(last.pid)) !== last.startTicks) return;
  const { pid } = last;
  const exited = (async () => {
    while ((await startTicksOf(pid)) === last.startTicks) await sleep(20);
  })();
  await endGroup(pid, exited);
  appendEvent(directory, { event: 'stopped', pid, reason: 'orphan' });
}

async function endGroup(pid: number, exited: Promise<void>): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const grace = new AbortController();
  const late = sleep(stopGraceMs, 'late', { signal: grace.signal }).catch(() => {});
  if ((await Promise.race([exited, late])) === 'late') signalGroup(pid, 'SIGKILL');
  grace.abort();
  await exited;
  // Children that outlived their parent would keep its ports.
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const pidOf = (child: ChildProcess) => (child.pid === undefined ? {} : { pid: child.pid });
