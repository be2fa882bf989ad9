// A real service on this machine: releases that are good or broken, a supervisor that keeps it alive, a health URL.

import { mkdir, mkdtemp, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEvents, type SupervisorEvent, startTicksOf } from '../../src/actions/supervisor/journal.ts';
import { parseTargets, type Targets } from '../../src/actions/targets.ts';

const behaviours = {
  good: `answer.writeHead(200).end(JSON.stringify({ status: 'ok', release, pid: process.pid }))`,
  broken: `answer.writeHead(500).end('database schema is older than this release')`,
};

export interface ServiceFixture {
  directory: string;
  targets: Targets;
  health: string;
  addRelease(name: string, behaviour: keyof typeof behaviours): Promise<void>;
  current(): Promise<string>;
  deploy(release: string): Promise<void>;
  events(): Promise<SupervisorEvent[]>;
  /** How often the service was started because of this key, by the supervisor's own log. */
  startsFor(key: string): Promise<number>;
  kill(which: 'service' | 'supervisor'): Promise<void>;
  remove(): Promise<void>;
}

export async function serviceFixture(): Promise<ServiceFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'firebreak-service-'));
  const port = await freePort();
  const health = `http://127.0.0.1:${port}/health`;
  const command = JSON.stringify([process.execPath, './server.cjs']);
  const targets = parseTargets(
    `services:
      checkout:
        supervisor: process
        directory: ${directory}
        command: ${command}
        environment: { PORT: '${port}' }
        health: ${health}`,
    'targets.yaml',
  );
  const link = join(directory, 'current');
  const fixture: ServiceFixture = {
    directory,
    targets,
    health,
    async addRelease(name, behaviour) {
      await mkdir(join(directory, 'releases', name), { recursive: true });
      await writeFile(
        join(directory, 'releases', name, 'server.cjs'),
        `const release = ${JSON.stringify(name)};
         require('node:http').createServer((_, answer) => { ${behaviours[behaviour]} }).listen(process.env.PORT, '127.0.0.1');`,
      );
    },
    current: async () => (await readlink(link)).split('/').at(-1) ?? '',
    async deploy(release) {
      await symlink(join('releases', release), `${link}.deploy`);
      await rename(`${link}.deploy`, link);
    },
    events: () => readEvents(directory),
    async startsFor(key) {
      return (await readEvents(directory)).filter((event) => event.event === 'started' && event.key === key).length;
    },
    async kill(which) {
      const pid = await pidIn(join(directory, `${which}.pid`));
      if (pid === undefined) throw new Error(`no ${which} runs`);
      process.kill(pid, 'SIGKILL');
      await ended(pid);
    },
    async remove() {
      const pid = await pidIn(join(directory, 'supervisor.pid'));
      if (pid !== undefined && (await startTicksOf(pid)) !== undefined) {
        process.kill(pid, 'SIGTERM');
        await ended(pid);
      }
      await rm(directory, { recursive: true });
    },
  };
  await fixture.addRelease('v9', 'good');
  await fixture.addRelease('v10', 'good');
  await fixture.deploy('v10');
  return fixture;
}

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text);
}

async function ended(pid: number): Promise<void> {
  while ((await startTicksOf(pid)) !== undefined) await sleep(10);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
