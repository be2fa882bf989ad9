// Runs the services of the compose file as plain processes: the same command, environment and mounts, with the paths and
// names of the containers replaced by those of this machine.

import { spawn } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { readCompose, repository } from './compose.ts';

/** As the image sets it. */
const stateDir = '/var/lib/firebreak';
const stopWithinMs = 15_000;
const repositoryDir = fileURLToPath(repository);

export interface Replacements {
  /** Holds a folder for each volume, and the folder of each service. */
  root: string;
  secretsDir: string;
  temporalAddress: string;
  gatewayPort: number;
}

export type Service = 'migrate' | 'gateway' | 'worker-incident' | 'worker-containment' | 'worker-notify';

/** Starts a service. `ended` gives its exit code and what it printed. */
export async function startService(name: Service, replacements: Replacements) {
  const { services } = await readCompose();
  const service = services[name];
  if (service === undefined) throw new Error(`The compose file has no service ${name}.`);
  const state = join(replacements.root, name);
  await mount(service.volumes, state, replacements);
  const environment = { ...service.environment, FIREBREAK_DIR: stateDir, FIREBREAK_BIND: '127.0.0.1' };
  const here = Object.entries(environment).map(([key, value]) => [key, replace(String(value), state, replacements)]);
  const command = [
    join(repositoryDir, 'deploy/entrypoint.sh'),
    process.execPath,
    'src/cli/main.ts',
    ...service.command,
  ];
  const child = spawn('sh', command, {
    cwd: repositoryDir,
    env: { PATH: process.env.PATH, ...Object.fromEntries(here), ...(name === 'gateway' && gatewayPort(replacements)) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, output }));
  });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    await ended;
    clearTimeout(timer);
  });
  return { ended, output: () => output };
}

const gatewayPort = (replacements: Replacements) => ({ PORT: String(replacements.gatewayPort) });

/** Links what is mounted below the state folder; what else is mounted is replaced in the environment. */
async function mount(mounts: readonly string[], state: string, { root }: Replacements): Promise<void> {
  const sources = mounts.flatMap((text) => {
    const [source = '', target = ''] = text.split(':');
    return target.startsWith(stateDir) ? [{ source, target }] : [];
  });
  for (const { source, target } of sources.sort((a, b) => a.target.length - b.target.length)) {
    const volume = join(root, 'volumes', source);
    await mkdir(volume, { recursive: true });
    await symlink(volume, target.replace(stateDir, state));
  }
}

function replace(value: string, state: string, { root, secretsDir, temporalAddress }: Replacements): string {
  return value
    .replace(/^\$\{\w+:-(.*)\}$/, '$1')
    .replace('/run/secrets', secretsDir)
    .replace('/etc/firebreak/response-plan', join(repositoryDir, 'response-plan'))
    .replace('/etc/firebreak', join(root, 'etc'))
    .replace(stateDir, state)
    .replace('temporal:7233', temporalAddress);
}
