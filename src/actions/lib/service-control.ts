// Restarting a service once per key, and seeing what runs, whichever supervisor has it.

import { readlink, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type ActionContext, ActionError } from '../action.ts';
import { requestRestart } from '../supervisor/client.ts';
import { readEvents, startTicksOf } from '../supervisor/journal.ts';
import type { ProcessService, Service, SystemdService } from '../targets.ts';
import { findNote, noteOnce } from './notes.ts';
import { runBinary } from './run-binary.ts';

export function serviceNamed(name: string, context: Pick<ActionContext, 'targets'>): Service {
  const service = context.targets.services.get(name);
  if (service !== undefined) return service;
  throw new ActionError('no_target', `The targets file names no service ${name}`, { settled: true });
}

/** @returns one line on what was done */
export async function restartOnce(service: Service, key: string, signal: AbortSignal): Promise<string> {
  if (service.supervisor === 'systemd') return restartUnit(service, key, signal);
  const { repeated, pid } = await requestRestart(service, key, signal);
  return repeated ? 'it had been restarted already' : `it runs as process ${pid}`;
}

export type ServiceState =
  | { running: true; pid: number; release?: string; sinceKey: boolean }
  | { running: false; sinceKey: boolean; detail: string };

/** A service that ends within this time of its start does not run. */
const settleMs = 250;

/** What runs now, and keeps running, and whether it was started by or after the restart that `key` asked for. */
export async function stateOf(service: Service, key: string, signal: AbortSignal): Promise<ServiceState> {
  const look = () =>
    service.supervisor === 'systemd' ? stateOfUnit(service, key, signal) : stateOfProcess(service, key);
  const first = await look();
  if (!first.running || !first.sinceKey) return first;
  await sleep(settleMs, undefined, { signal });
  const second = await look();
  if (!second.running || second.pid === first.pid) return second;
  return { running: false, sinceKey: second.sinceKey, detail: `process ${first.pid} ended soon after its start` };
}

async function stateOfProcess(service: ProcessService, key: string): Promise<ServiceState> {
  const events = await readEvents(service.directory);
  const sinceKey = events.some((event) => event.event === 'started' && event.key === key);
  const last = events.findLast((event) => event.event === 'started');
  if (last?.pid === undefined) return { running: false, sinceKey, detail: 'its supervisor never started it' };
  if ((await startTicksOf(last.pid)) !== last.startTicks) {
    return { running: false, sinceKey, detail: `process ${last.pid}, which its supervisor started last, has ended` };
  }
  return { running: true, pid: last.pid, sinceKey, ...(await releaseOf(service, last.pid)) };
}

/** By its working folder, which the supervisor set to the release when it started it. */
async function releaseOf(service: Service, pid: number): Promise<{ release?: string }> {
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  const releases = await realpath(`${service.directory}/${service.releases}`).catch(() => undefined);
  if (folder === undefined || releases === undefined || !folder.startsWith(`${releases}/`)) return {};
  const release = folder.slice(releases.length + 1).split('/')[0];
  return release === undefined ? {} : { release };
}

const invocationNote = z.object({ invocationBefore: z.string() });

async function restartUnit(service: SystemdService, key: string, signal: AbortSignal): Promise<string> {
  const before = await unitProperties(service, signal);
  const note = await noteOnce(service.directory, key, invocationNote, async () => ({
    invocationBefore: before.InvocationID,
  }));
  if (note.invocationBefore !== before.InvocationID) return 'it had been restarted already';
  await systemctl(['restart', '--', service.unit], signal);
  return `systemd restarted ${service.unit}`;
}

async function stateOfUnit(service: SystemdService, key: string, signal: AbortSignal): Promise<ServiceState> {
  const note = await findNote(service.directory, key, invocationNote);
  const now = await unitProperties(service, signal);
  // systemd gives every start of a unit an invocation id of its own (systemd.exec(5)).
  const sinceKey = note !== undefined && note.invocationBefore !== now.InvocationID;
  const pid = Number(now.MainPID);
  if (now.ActiveState !== 'active')
    return { running: false, sinceKey, detail: `${service.unit} is ${now.ActiveState}` };
  return { running: true, pid, sinceKey, ...(await releaseOf(service, pid)) };
}

const unitState = z.object({ InvocationID: z.string(), ActiveState: z.string(), MainPID: z.string() });

async function unitProperties(service: SystemdService, signal: AbortSignal): Promise<z.output<typeof unitState>> {
  const names = Object.keys(unitState.shape).join(',');
  const text = await systemctl(['show', `--property=${names}`, '--', service.unit], signal);
  const entries = text.split('\n').map((line): [string, string] => {
    const equals = line.indexOf('=');
    return [line.slice(0, equals), line.slice(equals + 1)];
  });
  return unitState.parse(Object.fromEntries(entries));
}

async function systemctl(words: string[], signal: AbortSignal): Promise<string> {
  const result = await runBinary({ binary: 'systemctl', arguments: ['--no-ask-password', ...words], signal });
  if (result.exitCode === 0) return result.stdout;
  throw new ActionError('systemctl_failed', `systemctl ${words[0]}: ${result.stderr.trim()}`);
}
