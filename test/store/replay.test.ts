// What is replayed in memory (for `plan diff` and tests of a plan) beside the real inbox: the same random alerts and rules,
// minute by minute, through Postgres and its review of what is withheld.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import { replay } from '../../src/core/inbox/replay.ts';
import { rules as rulesSchema } from '../../src/core/plan/rules.ts';
import { withholdingRules } from '../../src/core/suppression/judge.ts';
import { reviewWithheld } from '../../src/service/withheld.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { removeInhibitors } from '../../src/store/withheld.ts';
import { alertLike, minute, requestOf, startOfTestMs } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

// All is over within the hour in which an incident takes in further alerts: here nobody ends incidents.
const latestStart = 20;
const latestChange = 50;

const finding = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  from: fc.integer({ min: 0, max: latestStart }),
  lasts: fc.option(fc.integer({ min: 1, max: 8 }), { freq: 3 }),
});
const kindOf: Record<string, string> = { a: 'site', b: 'host', c: 'host', d: 'disk', e: 'disk' };
const ruleParts = fc.record({
  inhibit: fc.boolean(),
  flapping: fc.boolean(),
  maintenance: fc.boolean(),
  grouped: fc.boolean(),
  threshold: fc.option(fc.integer({ min: 2, max: 3 })),
});

function rulesOf(
  { inhibit, flapping, maintenance, grouped, threshold }: ReturnType<typeof ruleParts.generate>['value'],
  run: string,
) {
  const group = { name: 'disks', match: ['kind="disk"'], group_by: ['run', 'kind'] };
  return withholdingRules(
    rulesSchema.parse({
      rules: [],
      default: { playbook: 'unknown' },
      inhibit: inhibit
        ? [{ name: 'site', source: ['kind="site"'], target: ['kind="host"'], equal: ['run'], at_most: '15m' }]
        : [],
      flapping: flapping ? [{ name: 'flaps', match: [`run="${run}"`], more_than: 2, within: '10m' }] : [],
      maintenance: maintenance
        ? [{ name: 'night', reason: 'r', owner: 'o', match: ['kind="host"'], from: minute(5), until: minute(12) }]
        : [],
      groups:
        grouped || threshold !== null
          ? [{ ...group, ...(threshold !== null && { threshold: { at_least: threshold, within: '5m' } }) }]
          : [],
    }),
  );
}

const keyOf = ({ fingerprint, startsAt }: Pick<Alert, 'fingerprint' | 'startsAt'>): string =>
  `${fingerprint} ${startsAt}`;

/** Which alerts are together, and which are in no incident. */
function shapeOf(all: readonly { key: string; incident: string | null }[]): string[] {
  const groups = Map.groupBy(all, ({ incident }) => incident);
  return [...groups]
    .map(
      ([incident, members]) =>
        `${incident === null ? 'none: ' : ''}${members
          .map(({ key }) => key)
          .sort()
          .join(', ')}`,
    )
    .sort();
}

let runs = 0;

test('puts every alert where the real inbox puts it', async () => {
  const found = fc.uniqueArray(finding, {
    minLength: 1,
    maxLength: 10,
    selector: ({ name, from }) => `${name} ${from}`,
  });
  await fc.assert(
    fc.asyncProperty(found, ruleParts, async (findings, parts) => {
      runs += 1;
      const run = `run${runs}`;
      const rules = rulesOf(parts, run);
      const alerts = findings.map(({ name, from, lasts }) =>
        alertLike({
          ...{ source: run, fingerprint: name, title: name, groupKey: name, startsAt: minute(from) },
          labels: { kind: kindOf[name] ?? '', run },
          ...(lasts !== null && { status: 'resolved' as const, endsAt: minute(from + lasts) }),
        }),
      );
      const replayed = replay(alerts, rules).map(({ alert, incidentId }) => ({
        key: keyOf(alert),
        incident: incidentId,
      }));
      await playForReal(alerts, rules);
      const rows = await db.store
        .selectFrom('alerts')
        .select(['fingerprint', 'starts_at', 'incident_id', 'suppressed'])
        .where('source', '=', run)
        .execute();
      const real = rows
        // Those that were no news: the finding fired already, or was known to be over.
        .filter(({ suppressed }) => !['stale', 'superseded', 'resolved_unseen'].includes(String(suppressed)))
        .map((row) => ({
          key: keyOf({ fingerprint: row.fingerprint, startsAt: row.starts_at.toISOString() }),
          incident: row.incident_id,
        }));
      expect(shapeOf(replayed)).toEqual(shapeOf(real));
    }),
    { numRuns: 15, endOnFailure: true },
  );
}, 60_000);

async function playForReal(alerts: readonly Alert[], rules: ReturnType<typeof rulesOf>): Promise<void> {
  for (let now = 0; now <= latestChange; now += 1) {
    const at = minute(now);
    const receivedAtMs = startOfTestMs + now * 60_000;
    const due = alerts.flatMap((alert): Alert[] => {
      const { endsAt, ...rest } = alert;
      const fired = alert.startsAt === at ? [{ ...rest, status: 'firing' as const }] : [];
      return endsAt === at ? [...fired, alert] : fired;
    });
    if (due.length > 0) {
      await acceptAlerts(
        db.store,
        due.map((alert) => requestOf([alert], { source: alert.source, receivedAtMs })),
        { rules },
      );
    }
    await reviewWithheld(db.store, rules, new Date(receivedAtMs));
    await removeInhibitors(db.store);
  }
}
