// Looks at and ends processes by their id. Knows nothing of what they are for.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const pollMs = 25;

export interface ProcessDescription {
  parentPid: number;
  /** Executable and arguments, separated by spaces. */
  command: string;
}

/** `undefined` when there is no such process, or only its zombie. */
export async function describeProcess(pid: number): Promise<ProcessDescription | undefined> {
  return process.platform === 'linux' ? describeByProc(pid) : describeByPs(pid);
}

async function describeByProc(pid: number): Promise<ProcessDescription | undefined> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // The name in parentheses may itself hold spaces and parentheses; what follows the last one is fixed (proc(5)).
    const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return { parentPid: Number(parentPid), command: command.replaceAll('\0', ' ').trim() };
  } catch {
    return undefined;
  }
}

async function describeByPs(pid: number): Promise<ProcessDescription | undefined> {
  try {
    const { stdout } = await run('ps', ['-ww', '-o', 'stat=,ppid=,command=', '-p', String(pid)]);
    const [, state = '', parentPid, command = ''] = /^\s*(\S+)\s+(\d+)\s+(.*)/.exec(stdout) ?? [];
    return state === '' || state.startsWith('Z') ? undefined : { parentPid: Number(parentPid), command };
  } catch {
    return undefined;
  }
}

/** Waits until the process is gone. False when it is still there after `timeoutMs`. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while ((await describeProcess(pid)) !== undefined) {
    if (Date.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

/** Asks with `signal`, then ends by SIGKILL what has not gone within `graceMs`. */
export async function endProcess(pid: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  send(pid, signal);
  if (await waitUntilGone(pid, graceMs)) return;
  send(pid, 'SIGKILL');
  await waitUntilGone(pid, graceMs);
}

/** A process that is already gone is no error. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
