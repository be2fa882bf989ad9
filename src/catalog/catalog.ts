// What a catalog is: one place that says which services there are, how much they matter and who owns them. It knows
// nothing of incidents; services are read as a whole when the plan is loaded, so no alert waits for a catalog.

import type { ZodType } from 'zod';
import type { Service } from '../core/plan/services.ts';

export interface Catalog {
  name: string;
  title: string;
  /** In the plan's own form. Undefined, with the problem on the folder's record, when it cannot be read. */
  services(folder: PlanFolder): Promise<readonly Service[] | undefined>;
}

/** The folder of the response plan, as a catalog sees it: its services, or the settings that lead to them. */
export interface PlanFolder {
  /** Undefined, with the problems on record, when the file is not what the schema says. */
  read<Value>(file: string, schema: ZodType<Value>): Promise<Value | undefined>;
}
