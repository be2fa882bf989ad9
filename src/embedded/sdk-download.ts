// The last resort: lets Temporal's SDK download its server and keeps the file. Only where dev dependencies are installed.

import { chmod, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PinnedBinary } from './pinned-binaries.ts';

/** Puts the executable at `destination`. Throws what the SDK said. */
export async function installFromSdk(binary: PinnedBinary, destination: string): Promise<void> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const downloadDir = await mkdtemp(join(dirname(destination), `${binary.name}.part-`));
  try {
    const executable = { type: 'cached-download', downloadDir } as const;
    // The SDK downloads only on the way to starting the server.
    const environment =
      binary.name === 'temporal'
        ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
        : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
    await environment.teardown();
    const [file] = await readdir(downloadDir);
    if (file === undefined) throw new Error('the SDK kept no file');
    await chmod(join(downloadDir, file), 0o755);
    await rename(join(downloadDir, file), destination);
  } finally {
    await rm(downloadDir, { recursive: true, force: true });
  }
}
