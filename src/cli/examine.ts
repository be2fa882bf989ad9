// Looks at an installation from outside: each finding stands alone, so that one fault does not hide the next.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Config } from '../config.ts';
import type { Cli } from './cli.ts';
import { failureOf } from './errors.ts';
import { howToStart, readServerRecord, serverRecordPath } from './server.ts';

export interface Finding {
  what: string;
  /** `note` is worth knowing and no fault. */
  state: 'ok' | 'note' | 'bad';
  detail: string;
}

type Look = (cli: Cli, config: Config) => Promise<Finding[]>;

export async function examine(cli: Cli): Promise<Finding[]> {
  // Everything else needs it; what is wrong with it names its key.
  const config = cli.config();
  const looks: [string, Look][] = [
    ['Node', node],
    ['State folder', stateFolder],
    ['Response plan', plan],
    ['Actions', actions],
    ['Server', server],
    ['API key', key],
    ['Waiting', waiting],
  ];
  const found = await Promise.all(
    looks.map(([what, look]) => look(cli, config).catch((error) => [faultOf(what, error)])),
  );
  return found.flat();
}

function faultOf(what: string, error: unknown): Finding {
  const failure = failureOf(error);
  const isStopped = failure?.code === 'not_running';
  return { what, state: isStopped ? 'note' : 'bad', detail: failure?.message ?? String(error) };
}

const node: Look = async () => {
  const { version, execPath } = process;
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  const isRecent = major > 22 || (major === 22 && minor >= 19);
  const detail = isRecent ? `${version}, ${execPath}` : `${version} is too old: use 22.19 or later`;
  return [{ what: 'Node', state: isRecent ? 'ok' : 'bad', detail }];
};

const stateFolder: Look = async (_cli, { dir }) => {
  const detail = existsSync(dir) ? dir : `${dir} is not there yet: the first start makes it`;
  return [{ what: 'State folder', state: existsSync(dir) ? 'ok' : 'note', detail }];
};

const plan: Look = async (_cli, { planDir }) => {
  const { checkPlan } = await import('../plan/load.ts');
  const checked = await checkPlan(planDir);
  if (!checked.ok) {
    const detail = `${planDir} has problems; see: firebreak plan check`;
    return [{ what: 'Response plan', state: 'bad', detail }];
  }
  return [{ what: 'Response plan', state: 'ok', detail: `${planDir}, digest ${checked.loaded.digest}` }];
};

/** Which actions could be live: a targets file that names nothing leaves all of them simulated. */
const actions: Look = async (_cli, { targetsFile }) => {
  const text = existsSync(targetsFile) ? await readFile(targetsFile, 'utf8') : undefined;
  if (text === undefined) {
    return [{ what: 'Actions', state: 'note', detail: `all simulate: there is no ${targetsFile}` }];
  }
  const { parseTargets } = await import('../actions/targets.ts');
  const { firewall, services, commands, snapshots } = parseTargets(text, targetsFile);
  const named = [
    ...(firewall ? ['the host firewall'] : []),
    ...[...services.keys()].map((name) => `service ${name}`),
    ...[...commands.keys()].map((name) => `command ${name}`),
    ...[...snapshots.keys()].map((name) => `snapshot target ${name}`),
  ];
  const detail =
    named.length > 0 ? `live on ${named.join(', ')}; else simulated` : `all simulate: ${targetsFile} names no target`;
  return [{ what: 'Actions', state: 'note', detail }];
};

const server: Look = async (cli, config) => {
  const record = config.client.url ? undefined : await readServerRecord(config.dir);
  const started: Finding[] = record
    ? [
        {
          what: 'Server',
          ...(isAlive(record.pid)
            ? { state: 'ok', detail: `${record.url}, process ${record.pid} since ${record.startedAt}` }
            : {
                state: 'note',
                detail: `process ${record.pid} of ${serverRecordPath(config.dir)} has ended: ${howToStart}`,
              }),
        },
        ...(record.temporalUiUrl ? [{ what: 'Temporal UI', state: 'ok' as const, detail: record.temporalUiUrl }] : []),
      ]
    : [];
  if (started.some(({ state }) => state === 'note')) return started;
  const { ready, checks } = await (await cli.client()).readiness();
  return [
    ...started,
    { what: 'Ready', state: ready ? 'ok' : 'bad', detail: ready ? 'an alert would be handled' : 'an alert would wait' },
    ...Object.entries(checks).map(
      ([what, { ok, detail }]): Finding => ({ what: `Ready: ${what}`, state: ok ? 'ok' : 'bad', detail }),
    ),
  ];
};

const key: Look = async (cli) => {
  const client = await cli.client();
  const { name, role } = await client.session();
  return [{ what: 'API key', state: 'ok', detail: `${name}, ${role}, from ${client.http.server.keyFrom}` }];
};

const mostCounted = 200;

const waiting: Look = async (cli) => {
  const client = await cli.client();
  const [open, pending, held] = await Promise.all([
    client.incidents({ open: true, limit: mostCounted }),
    client.approvals({ limit: mostCounted }),
    client.containments({ active: true, limit: mostCounted }),
  ]);
  const count = ({ items, next }: { items: unknown[]; next: string | null }): string =>
    `${items.length}${next === null ? '' : ' or more'}`;
  const detail = `open incidents ${count(open)}, pending approvals ${count(pending)}, containments ${count(held)}`;
  return [{ what: 'Waiting', state: 'note', detail }];
};

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
