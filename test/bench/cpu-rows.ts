// What an alert costs the servers in CPU time, beside what it costs the bare handlers.

import { type CpuUs, cpuBetween, cpuOf, type ServerPids } from './cpu.ts';
import type { Row } from './report.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** What the servers used while a target was under load. */
export class CpuOfRounds<Target extends string> {
  readonly #pids: ServerPids;
  readonly #used = new Map<Target, CpuUs[]>();

  constructor(pids: ServerPids) {
    this.#pids = pids;
  }

  async around<Result>(target: Target, work: () => Promise<Result>): Promise<Result> {
    const before = cpuOf(this.#pids);
    const result = await work();
    const after = cpuOf(this.#pids);
    if (before && after) this.#used.set(target, [...(this.#used.get(target) ?? []), cpuBetween(before, after)]);
    return result;
  }

  /** Beside what the bare handler uses; Temporal hears of alerts also while none is under way. */
  rows(name: string, of: { ours: Target; bare: Target; storing: Target }, alertsOf: (target: Target) => number): Row[] {
    const usOf = (target: Target, server: keyof ServerPids): number =>
      sum((this.#used.get(target) ?? []).map((used) => used[server])) / alertsOf(target);
    if (!this.#used.has(of.ours)) return [];
    const row = { unit: 'µs', goal: null };
    return [
      {
        ...row,
        name: `${name}: gateway`,
        value: usOf(of.ours, 'gateway'),
        floor: usOf(of.bare, 'express'),
        beside: 'Express',
      },
      {
        ...row,
        name: `${name}: Postgres`,
        value: usOf(of.ours, 'postgres'),
        floor: usOf(of.storing, 'postgres'),
        beside: 'Express that stores',
      },
      { ...row, name: `${name}: Temporal`, value: usOf(of.ours, 'temporal'), floor: null, beside: null },
    ];
  }
}
