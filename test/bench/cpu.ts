// CPU time that processes have used, their living children included: what a row costs the machine, which wall time tells
// badly where neighbours take turns on its cores. Linux only: elsewhere there is nothing to read, and no row.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Of the processes that take an alert; each with its children. */
export interface ServerPids {
  gateway: number;
  postgres: number;
  temporal: number;
  express: number;
}

export type CpuUs = Record<keyof ServerPids, number>;

/** Since they started; null where /proc is not. */
export function cpuOf(pids: ServerPids): CpuUs | null {
  if (process.platform !== 'linux') return null;
  const all = readAll();
  const sum = (pid: number): number => {
    const children = [...all].filter(([, { parentPid }]) => parentPid === pid);
    return (all.get(pid)?.us ?? 0) + children.reduce((total, [child]) => total + sum(child), 0);
  };
  return mapped(pids, (name) => sum(pids[name]));
}

export const cpuBetween = (before: CpuUs, after: CpuUs): CpuUs => mapped(before, (name) => after[name] - before[name]);

const mapped = (names: ServerPids | CpuUs, of: (name: keyof ServerPids) => number): CpuUs =>
  Object.fromEntries((Object.keys(names) as (keyof ServerPids)[]).map((name) => [name, of(name)])) as unknown as CpuUs;

const usPerTick = 1_000_000 / (process.platform === 'linux' ? Number(execFileSync('getconf', ['CLK_TCK'])) : 100);

function readAll(): Map<number, { parentPid: number; us: number }> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.flatMap((pid) => {
      const fields = statOf(pid);
      if (!fields) return [];
      // state, ppid, …, utime and stime of itself, then of children that have ended: proc(5).
      const ticks = [11, 12, 13, 14].reduce((total, index) => total + Number(fields[index]), 0);
      return [[Number(pid), { parentPid: Number(fields[1]), us: ticks * usPerTick }] as const];
    }),
  );
}

function statOf(pid: string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    // It has ended since.
    return undefined;
  }
}
