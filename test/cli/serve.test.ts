// How long-running commands begin and end. The processes themselves are in test/cli/up.test.ts.

import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openCli } from '../../src/cli/cli.ts';
import { openProgress } from '../../src/cli/progress.ts';
import { serve } from '../../src/cli/serve.ts';
import type { Running } from '../../src/service/index.ts';
import { capture } from './command-line.ts';

function harness() {
  const signals = new EventEmitter();
  const stderr = capture();
  const stopped = Promise.withResolvers<{ exitCode: number; reason?: string }>();
  const calls: string[] = [];
  const running: Running = {
    urls: { console: 'http://localhost:1', api: 'http://localhost:1/api', temporalUi: null },
    adminKey: null,
    stopped: stopped.promise,
    reloadPlan: async () => void calls.push('reload'),
    stop: async () => void calls.push('stop'),
  };
  const cli = openCli({ stdout: capture().stream, stderr: stderr.stream, signals, environment: {} });
  return { cli, signals, stderr, running, stopped, calls };
}

test('The first Ctrl-C stops cleanly and leaves no handler behind', async () => {
  const { cli, signals, running, calls } = harness();
  const served = serve(
    cli,
    async () => running,
    () => calls.push('ready'),
  );
  await new Promise(setImmediate);

  signals.emit('SIGINT');
  await served;

  expect(calls).toEqual(['ready', 'stop']);
  expect(signals.eventNames()).toEqual([]);
});

test('Ctrl-C while it starts stops it as soon as it runs, and it is not announced', async () => {
  const { cli, signals, running, calls } = harness();
  const started = Promise.withResolvers<Running>();
  const served = serve(
    cli,
    () => started.promise,
    () => calls.push('ready'),
  );

  signals.emit('SIGTERM');
  started.resolve(running);
  await served;

  expect(calls).toEqual(['stop']);
});

test('A hang-up reads the plan again; in a terminal it stops, because the terminal is gone', async () => {
  for (const isTTY of [false, true]) {
    const { cli, signals, running, calls, stderr } = harness();
    Object.assign(stderr.stream, { isTTY });
    const served = serve(
      cli,
      async () => running,
      () => calls.push('ready'),
    );
    await new Promise(setImmediate);
    signals.emit('SIGHUP');
    await new Promise(setImmediate);
    expect(calls).toEqual(['ready', isTTY ? 'stop' : 'reload']);
    if (!isTTY) signals.emit('SIGTERM');
    await served;
  }
});

test('What stops by itself is a failure with its reason', async () => {
  const { cli, running, stopped, signals } = harness();
  const served = serve(
    cli,
    async () => running,
    () => {},
  );

  stopped.resolve({ exitCode: 1, reason: 'The embedded Postgres ended' });

  await expect(served).rejects.toMatchObject({ code: 'stopped', message: 'The embedded Postgres ended' });
  expect(signals.eventNames()).toEqual([]);
});

test('A second Ctrl-C ends the process at once, though stopping hangs', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', hangingProgram], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');

  child.kill('SIGINT');
  await once(child.stderr, 'data');
  child.kill('SIGINT');

  expect(await once(child, 'exit')).toEqual([130, null]);
});

const hangingProgram = `
  import { openCli } from './src/cli/cli.ts';
  import { serve } from './src/cli/serve.ts';
  const forever = new Promise(() => setInterval(() => {}, 1_000));
  const cli = openCli({ stdout: process.stdout, stderr: process.stderr, signals: process, environment: {} });
  const running = { urls: {}, adminKey: null, stopped: forever, stop: () => forever };
  await serve(cli, async () => running, () => console.log('ready'));`;

test('Progress in a pipe is plain lines, without control characters', () => {
  const stderr = capture();
  const progress = openProgress(stderr.stream);

  const postgres = progress.step('Postgres');
  postgres.update('making the database');
  const temporal = progress.step('Temporal');
  postgres.done('port 5432');
  temporal.fail('no binary');
  progress.end();

  expect(stderr.text()).toBe(
    '… Postgres\n  Postgres: making the database\n… Temporal\n✔ Postgres: port 5432\n✖ Temporal\n',
  );
});

test('Progress on a terminal keeps one live line and leaves it clean', async () => {
  const stderr = capture(60);
  const progress = openProgress(stderr.stream);

  const step = progress.step('Downloading a thing with a very long name');
  step.update('40 %');
  await new Promise((resolve) => setTimeout(resolve, 150));
  step.done();

  expect(stderr.text()).toContain('Downloading a thing with a very long name: 40 %');
  const written = stderr.text().split('\n');
  expect(written.at(-1)).toBe('\r\u001b[K');
});
