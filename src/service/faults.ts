// For fault tests: at the sites that a folder names, the process kills itself, or stands still until the test has killed
// something else. Once each, whatever restarts: who comes first takes the file away.

import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { armSite, type FaultSite } from '../fault-sites.ts';

const lookEveryMs = 20;

/** A file `<site>` says `kill` or `hold`; it is called `<site>.hit` once it happened, and `<site>.go` ends a hold. */
export function armFaults({ faultsDir }: Config): void {
  if (faultsDir === undefined) return;
  armSite(async (site) => {
    const mode = take(faultsDir, site);
    if (mode === 'kill') process.kill(process.pid, 'SIGKILL');
    while (mode === 'hold' && !existsSync(join(faultsDir, `${site}.go`))) await sleep(lookEveryMs);
  });
}

/** Undefined for all but the first to come here, over all processes. */
function take(folder: string, site: FaultSite): string | undefined {
  const hit = join(folder, `${site}.hit`);
  try {
    renameSync(join(folder, site), hit);
  } catch {
    return undefined;
  }
  return readFileSync(hit, 'utf8');
}
