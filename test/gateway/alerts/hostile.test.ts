// Generated requests to every source over HTTP: what is not authenticated leaves nothing, and nothing breaks. Many more
// bodies are read in test/sources/normalise.test.ts.

import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { sources } from '../../../src/sources/index.ts';
import type { Source } from '../../../src/sources/source.ts';
import { useAlertsGateway } from '../../support/alerts-gateway.ts';
import { disturbed } from '../../support/disturbed.ts';
import { messageOf } from '../../support/source-requests.ts';

const world = useAlertsGateway();

const all = [...sources.values()];
const requests = 2_000;
const atOnce = 100;
/** A random seed each run; it is printed when something fails. */
const seed = Date.now() % 2 ** 31;

async function inBatches<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += atOnce) {
    await Promise.all(items.slice(from, from + atOnce).map(work));
  }
}

function bodiesOf(share: number): { source: Source; body: string }[] {
  const each = Math.ceil((requests * share) / all.length);
  return all.flatMap((source) =>
    fc
      .sample(disturbed(source, Date.now()), { numRuns: each, seed })
      .map((body) => ({ source, body: JSON.stringify(body) })),
  );
}

async function storedRows(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select
    (select count(*)::int from alerts) + (select count(*)::int from raw_alerts) + (select count(*)::int from quarantine)
    + (select count(*)::int from incidents) + (select count(*)::int from audit_entries) as count`.execute(
    world.db.store,
  );
  return rows[0]?.count ?? -1;
}

test('from strangers: 401 for each, and nothing is stored', async () => {
  const before = await storedRows();
  await inBatches(bodiesOf(0.7), async ({ source, body }) => {
    const { body: sealed, headers } = messageOf(source, body, source.newCredential(), Date.now());
    const { status } = await world.gateway.post(source, sealed, headers);
    expect(status, `${source.name}, seed ${seed}: ${sealed}`).toBe(401);
  });
  expect(await storedRows()).toBe(before);
}, 60_000);

test('from the tools themselves: taken or in quarantine, never a failure', async () => {
  await inBatches(bodiesOf(0.3), async ({ source, body }) => {
    const { status, body: answer } = await world.gateway.post(source, body);
    const what = `${source.name}, seed ${seed}: ${body}`;
    if (source.authentication === 'body') expect([202, 401], what).toContain(status);
    else expect(status, what).toBe(202);
    expect(JSON.stringify(answer.quarantined ?? ''), what).not.toContain('fault here');
    expect(JSON.stringify(answer.quarantined ?? ''), what).not.toContain('could not be stored');
  });
}, 60_000);
