// The releases of a service on disk: `releases/NAME/` and the link `current` to one of them. Names sort in the order of
// deployment (`2026-11-24T0648`, `v12`), numbers by value.

import { lstat, readdir, readlink, realpath, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ActionError } from '../action.ts';
import type { Service } from '../targets.ts';

const inOrder = new Intl.Collator('en', { numeric: true });

export const currentLink = (service: Service) => join(service.directory, 'current');
export const releaseFolder = (service: Service, release: string) => join(service.directory, service.releases, release);

/** @throws ActionError `no_release` when `current` is no link to one of the releases */
export async function currentRelease(service: Service): Promise<string> {
  const link = currentLink(service);
  const real = await realpath(link).catch(() => undefined);
  const releases = await realpath(join(service.directory, service.releases)).catch(() => undefined);
  if (real === undefined || dirname(real) !== releases) {
    const found = await readlink(link).catch(() => 'no link');
    const reason = `${link} must link to a folder in ${service.releases}/, and is ${found}`;
    throw new ActionError('no_release', reason, { settled: true });
  }
  return basename(real);
}

/** The one that was asked for, or the one deployed before the current one. */
export async function releaseToRollBackTo(service: Service, current: string, asked?: string): Promise<string> {
  const entries = await readdir(join(service.directory, service.releases), { withFileTypes: true });
  const names = entries.flatMap((entry) => (entry.isDirectory() ? entry.name : [])).toSorted(inOrder.compare);
  if (asked !== undefined) {
    if (names.includes(asked)) return asked;
    const reason = `There is no release ${asked}; there are ${names.join(', ')}`;
    throw new ActionError('release_missing', reason, { settled: true });
  }
  const previous = names.findLast((name) => inOrder.compare(name, current) < 0);
  if (previous !== undefined) return previous;
  throw new ActionError('no_earlier_release', `There is no release before ${current}`, { settled: true });
}

/** In one step, so that there is always a current release. */
export async function switchTo(service: Service, release: string): Promise<void> {
  const folder = releaseFolder(service, release);
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) {
    throw new ActionError('release_missing', `${folder} is no folder any more`, { settled: true });
  }
  const link = currentLink(service);
  const next = `${link}.firebreak`;
  await rm(next, { force: true });
  await symlink(join(service.releases, release), next);
  await rename(next, link);
}
