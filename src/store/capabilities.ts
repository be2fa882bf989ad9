// What the privileged worker can really do, as it reported when it started.

import type { Store } from './database.ts';

export interface Capability {
  /** An action, or `action target` where it differs by target. */
  name: string;
  live: boolean;
  detail: string;
}

/** Replaces what was reported before. */
export async function reportCapabilities(store: Store, capabilities: readonly Capability[], at: string): Promise<void> {
  await store.transaction().execute(async (trx) => {
    await trx.deleteFrom('capabilities').execute();
    if (capabilities.length === 0) return;
    const rows = capabilities.map(({ name, live, detail }) => ({ action: name, live, detail, reported_at: at }));
    await trx.insertInto('capabilities').values(rows).execute();
  });
}

export async function readCapabilities(store: Store): Promise<Record<string, boolean>> {
  const rows = await store.selectFrom('capabilities').select(['action', 'live']).execute();
  return Object.fromEntries(rows.map(({ action, live }) => [action, live]));
}
