// Every catalog that there is. Adding one: a file beside this, and a line here.

import type { Service } from '../core/plan/services.ts';
import type { Catalog, PlanFolder } from './catalog.ts';
import { files } from './files.ts';

export const catalogs: ReadonlyMap<string, Catalog> = new Map([files].map((catalog) => [catalog.name, catalog]));

/** The services of all catalogs; undefined when one of them could not be read. */
export async function readServices(folder: PlanFolder): Promise<Service[] | undefined> {
  const all: Service[] = [];
  for (const catalog of catalogs.values()) {
    const services = await catalog.services(folder);
    if (!services) return undefined;
    all.push(...services);
  }
  return all;
}
