// The supervisor's own log of what happened to its service: one JSON object a line, appended and never changed. Each
// start and stop names the key of the request that caused it, so that anyone can count effects.

import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const event = z.object({
  at: z.string(),
  event: z.enum(['restart_requested', 'started', 'start_failed', 'stopped', 'exited']),
  /** Why, for a start or a stop that nobody asked for: `supervisor_started`, `crash`, `orphan`, … */
  reason: z.string().optional(),
  key: z.string().optional(),
  pid: z.int().optional(),
  /** Tells a process from a later one with the same pid: field 22 of /proc/PID/stat (proc_pid_stat(5)). */
  startTicks: z.string().optional(),
  release: z.string().optional(),
  detail: z.string().optional(),
});

export type SupervisorEvent = z.output<typeof event>;

export const journalFile = (directory: string) => join(directory, 'events.ndjson');
export const socketFile = (directory: string) => join(directory, 'supervisor.sock');
export const pidFile = (directory: string) => join(directory, 'service.pid');
export const supervisorPidFile = (directory: string) => join(directory, 'supervisor.pid');
export const logFile = (directory: string) => join(directory, 'service.log');

/** On disk when it returns, for whoever acts next relies on it. */
export function appendEvent(directory: string, entry: Omit<SupervisorEvent, 'at'>): SupervisorEvent {
  const written = { at: new Date().toISOString(), ...entry };
  const file = openSync(journalFile(directory), 'a', 0o640);
  try {
    writeSync(file, `${JSON.stringify(written)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return written;
}

/** In order. A last line that a crash cut short is left out: what it would say was not acted upon. */
export async function readEvents(directory: string): Promise<SupervisorEvent[]> {
  const text = await readFile(journalFile(directory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = event.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

/** Field 22 of /proc/PID/stat, counted after the command name, which may hold spaces and brackets. */
export async function startTicksOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended; only its parent has not noticed yet.
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
}
