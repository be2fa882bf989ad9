// For whoever reads why a test failed: what the incidents that nobody responds to wait for.

import type { Stack } from '../../support/stack.ts';
import { whyOpen } from '../invariants.ts';

export async function whyWaiting(stack: Stack): Promise<string> {
  const rows = await stack.store
    .selectFrom('incidents')
    .select('incident_id')
    .where('status', 'not in', ['recovery', 'dismissed'])
    .orderBy('opened_at')
    .limit(2)
    .execute();
  const ids = rows.map(({ incident_id }) => incident_id);
  return `${await whyOpen({ stack }, ids)}\n${await stack.tails()}`;
}
