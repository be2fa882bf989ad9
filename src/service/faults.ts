// Arms the fault site that the configuration names. For tests: the process kills itself there, or stands still until
// the test has killed something else. Once, whatever restarts: the fault file says that it happened.

import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { armSite } from '../fault-sites.ts';

const lookEveryMs = 20;

export function armFaults({ fault }: Config): void {
  if (!fault) return;
  armSite(async (site) => {
    if (site !== fault.site || !claim(fault.file)) return;
    if (fault.mode === 'kill') process.kill(process.pid, 'SIGKILL');
    while (!existsSync(`${fault.file}.go`)) await sleep(lookEveryMs);
  });
}

/** True for the first to come here, over all processes. */
function claim(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
