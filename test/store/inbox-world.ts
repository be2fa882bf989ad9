// A database for tests of the inbox: each test has alerts of a source of its own, and sees what was made of them.

import { afterAll, beforeAll, beforeEach } from 'vitest';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { alertLike, minute, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let db: FreshDatabase;
let count = 0;

export const store = () => db.store;
export const source = (): string => `source-${count}`;

export function useInbox(): void {
  beforeAll(async () => {
    db = await freshDatabase();
  });
  afterAll(() => db.close());
  beforeEach(() => {
    count += 1;
  });
}

export const firing = (alert: Parameters<typeof alertLike>[0] = {}) => alertLike({ source: source(), ...alert });
export const resolved = (alert: Parameters<typeof alertLike>[0] = {}) =>
  alertLike({ source: source(), status: 'resolved', endsAt: minute(10), ...alert });

export async function accept(...requests: Parameters<typeof requestOf>[]) {
  return acceptAlerts(
    store(),
    requests.map((request) => requestOf(...request)),
  );
}

export async function acceptOne(...request: Parameters<typeof requestOf>) {
  const [result] = await accept(request);
  if (!result) throw new Error('no result');
  return result;
}

export const incidents = () =>
  store()
    .selectFrom('incidents')
    .innerJoin('incident_groups', 'incident_groups.group_id', 'incidents.group_id')
    .selectAll('incidents')
    .where('source', '=', source())
    .orderBy('incidents.generation')
    .execute();

export const alerts = () =>
  store()
    .selectFrom('alerts')
    .selectAll()
    .where('source', '=', source())
    .orderBy('starts_at')
    .orderBy('alert_id')
    .execute();

export const events = async (incidentId: string | undefined) =>
  (
    await store()
      .selectFrom('alert_events')
      .selectAll()
      .where('incident_id', '=', incidentId ?? '')
      .orderBy('position')
      .execute()
  ).map(({ position, change, firing_after, alert_id }) => ({
    position,
    change,
    firing: firing_after,
    alertId: alert_id,
  }));

export const audit = async () =>
  (
    await store()
      .selectFrom('audit_entries')
      .select(['kind', 'body', 'incident_id'])
      .where('actor', '=', `source:${source()}`)
      .orderBy('seq')
      .execute()
  ).map(({ kind, body, incident_id }) => ({ kind, incidentId: incident_id, data: JSON.parse(body).data }));

export const rawBodies = () => store().selectFrom('raw_alerts').selectAll().where('source', '=', source()).execute();
