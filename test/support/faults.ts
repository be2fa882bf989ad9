// Arms the fault sites of running processes; src/service/faults.ts is the other side.

import { existsSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultSite } from '../../src/fault-sites.ts';
import { type Patience, until } from './until.ts';

export class Faults {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** The first process that comes to the site dies there, or stands still until `release`. */
  async arm(site: FaultSite, mode: 'kill' | 'hold'): Promise<void> {
    const file = join(this.dir, site);
    for (const old of [`${file}.hit`, `${file}.go`]) await rm(old, { force: true });
    await writeFile(`${file}.new`, mode);
    await rename(`${file}.new`, file);
  }

  isHit(site: FaultSite): boolean {
    return existsSync(join(this.dir, `${site}.hit`));
  }

  async untilHit(site: FaultSite, patience?: Patience): Promise<void> {
    await until(`a process to come to ${site}`, () => this.isHit(site), { everyMs: 10, ...patience });
  }

  async release(site: FaultSite): Promise<void> {
    await writeFile(join(this.dir, `${site}.go`), '');
  }

  async disarmAll(): Promise<void> {
    for (const name of await readdir(this.dir)) if (!name.includes('.go')) await rm(join(this.dir, name));
  }
}
