// A database for tests of what is withheld: each test has alerts of a source of its own, and sees what became of them.

import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Alert } from '../../../src/core/alert.ts';
import { rules } from '../../../src/core/plan/rules.ts';
import { type WithholdingRules, withholdingRules } from '../../../src/core/suppression/judge.ts';
import { acceptAlerts } from '../../../src/store/inbox.ts';
import { createSilence } from '../../../src/store/silences.ts';
import { alertLike, minute, requestOf, startOfTestMs } from '../../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

let db: FreshDatabase;
let count = 0;

export const store = () => db.store;
export const source = (): string => `source-${count}`;

export function useWithholding(): void {
  beforeAll(async () => {
    db = await freshDatabase();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    // What other tests left withheld is not to be reviewed here.
    await db.store.updateTable('alerts').set({ look_at: null }).where('look_at', 'is not', null).execute();
    count += 1;
  });
}

export const withRules = (more: object): WithholdingRules =>
  withholdingRules(rules.parse({ rules: [], default: { playbook: 'unknown' }, ...more }));
export const none = withRules({});

export const firing = (labels: Record<string, string>, alert: Partial<Alert> = {}): Alert =>
  alertLike({
    source: source(),
    fingerprint: JSON.stringify(labels),
    groupKey: labels.alertname ?? 'g',
    labels,
    ...alert,
  });
export const resolved = (labels: Record<string, string>): Alert =>
  firing(labels, { status: 'resolved', endsAt: minute(30) });
export const accept = async (alerts: Alert[], withholding = none, receivedAtMs = startOfTestMs + 3_600_000) => {
  const [result] = await acceptAlerts(store(), [requestOf(alerts, { receivedAtMs })], { rules: withholding });
  if (!result) throw new Error('No result');
  return result;
};

/** An hour from the start of the tests, unless told otherwise. Postgres' own clock is beyond all of it. */
export async function silence(
  matchers: string[],
  { fromMs = startOfTestMs, forMs = 86_400_000 } = {},
): Promise<string> {
  const silenceId = `silence-${source()}-${matchers.length}`;
  const times = { startsAt: new Date(fromMs).toISOString(), endsAt: new Date(Date.now() + forMs).toISOString() };
  const at = new Date(startOfTestMs).toISOString();
  await createSilence(store(), { silenceId, matchers, owner: 'key:ana', reason: 'moving disks', at, ...times });
  return silenceId;
}

export const stored = async () =>
  await store()
    .selectFrom('alerts')
    .select(['alert_id', 'status', 'suppressed', 'suppressed_by', 'incident_id', 'look_at'])
    .select(sql<string>`normalised->'labels'->>'alertname'`.as('name'))
    .where('source', '=', source())
    .orderBy('name')
    .orderBy('starts_at')
    .execute();
export const audited = async () =>
  (
    await store()
      .selectFrom('audit_entries')
      .select('body')
      .where((eb) => eb.or([eb('actor', '=', `source:${source()}`), eb('kind', '=', 'alerts_reconsidered')]))
      .orderBy('seq')
      .execute()
  ).map(({ body }) => JSON.parse(body));
