// One process of Firebreak as production runs it: a child of its own that is started again whenever it ends.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readyWithinMs = 90_000;
const restartAfterMs = 50;

export interface ProcessOptions {
  name: string;
  /** Of `firebreak`. */
  args: string[];
  environment: () => Record<string, string>;
  logFile: string;
  /** Its log has this once it is ready. */
  readyText: string;
}

export class SupervisedProcess {
  readonly name: string;
  /** How often it was started. */
  lives = 0;
  /** By signal or exit code, in order. */
  readonly ends: string[] = [];
  private readonly options: ProcessOptions;
  private child: ChildProcess | undefined;
  private logStart = 0;
  private isStopped = true;
  private running: Promise<void> = Promise.resolve();

  constructor(options: ProcessOptions) {
    this.options = options;
    this.name = options.name;
  }

  start(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.running = this.supervise();
  }

  private async supervise(): Promise<void> {
    while (!this.isStopped) {
      this.logStart = (await this.log()).length;
      const child = this.launch();
      this.child = child;
      this.lives += 1;
      const [code, signal] = await once(child, 'exit');
      this.child = undefined;
      this.ends.push(String(signal ?? code));
      if (!this.isStopped) await sleep(restartAfterMs);
    }
  }

  private launch(): ChildProcess {
    const { args, environment, logFile } = this.options;
    const log = openSync(logFile, 'a');
    try {
      const child = spawn(process.execPath, ['src/cli/main.ts', ...args], {
        cwd: root,
        env: environment(),
        stdio: ['ignore', log, log],
      });
      const endWithUs = () => void child.kill('SIGKILL');
      process.once('exit', endWithUs);
      child.once('exit', () => process.off('exit', endWithUs));
      return child;
    } finally {
      closeSync(log);
    }
  }

  /** Resolves once its present life, or the next one, is ready. */
  async untilReady(): Promise<void> {
    const { readyText } = this.options;
    await until(
      `${this.name} to be ready`,
      async () => this.child !== undefined && (await this.log()).slice(this.logStart).includes(readyText),
      { withinMs: readyWithinMs, hint: () => this.tail() },
    );
  }

  /** As the kernel's OOM killer would. It is started again by itself. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.child?.kill('SIGKILL');
    await this.running;
  }

  async log(): Promise<string> {
    return readFile(this.options.logFile, 'utf8').catch(() => '');
  }

  async tail(lines = 15): Promise<string> {
    return `${this.name}: ${(await this.log()).trimEnd().split('\n').slice(-lines).join('\n')}`;
  }
}
