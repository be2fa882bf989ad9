// What a command is given: where it writes, its configuration, its server, and when people interrupt it.

import type { EventEmitter } from 'node:events';
import type { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { type Client, clientOver } from './client.ts';
import { exitCodes } from './errors.ts';
import { openHttp } from './http.ts';
import { findServer } from './server.ts';
import { type Output, openTerminal, type Terminal } from './terminal.ts';

export interface Io {
  stdout: Output;
  stderr: Output;
  /** Emits SIGINT and SIGTERM: the process. */
  signals: EventEmitter;
  /** Default: that of the process. */
  environment?: Record<string, string | undefined>;
}

export interface Cli {
  readonly terminal: Terminal;
  /** `--json` was given: nothing but JSON on stdout. */
  json: boolean;
  /** Of a command that ended as it should, yet found something bad. */
  exitCode: number;
  readonly signals: EventEmitter;
  /** @throws ConfigError */
  config(): Config;
  /** @throws CliError where no server or key is known */
  client(): Promise<Client>;
  /** JSON of the value, or what `print` writes for people. */
  show<T>(value: T, print: (value: T) => void): void;
  now(): Date;
}

/** Makes a command, with its action. Registered in commands/index.ts. */
export type DefineCommand = (cli: Cli) => Command;

export function openCli({ stdout, stderr, signals, environment }: Io): Cli {
  const terminal = openTerminal(stdout, stderr);
  const config = (): Config => (environment ? readConfig(environment) : readConfig());
  return {
    terminal,
    json: false,
    exitCode: exitCodes.ok,
    signals,
    config,
    client: async () => clientOver(openHttp(await findServer(config()))),
    show(value, print) {
      if (this.json) terminal.json(value);
      else print(value);
    },
    now: () => new Date(),
  };
}

/** Aborts at the first SIGINT or SIGTERM; a second one ends the process at once, as without a handler. */
export function interruption(cli: Cli): { signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const abort = (): void => {
    done();
    controller.abort();
  };
  const done = (): void => {
    cli.signals.off('SIGINT', abort);
    cli.signals.off('SIGTERM', abort);
  };
  cli.signals.on('SIGINT', abort);
  cli.signals.on('SIGTERM', abort);
  return { signal: controller.signal, done };
}
