// Counts of what is going on, for metrics.

import { sql } from 'kysely';
import { hasEnded, incidentStatuses } from '../core/incident/status.ts';
import { activeContainmentStatuses } from './containments-read.ts';
import type { Store } from './database.ts';
import { backlogBySource } from './dispatch.ts';

const ended = incidentStatuses.filter(hasEnded);
const count = sql<number>`count(*)::int`;

export async function readGauges(store: Store) {
  const [openIncidents, containments, backlog, single] = await Promise.all([
    store
      .selectFrom('incidents')
      .select(['status', 'severity', count.as('count')])
      .where('status', 'not in', ended)
      .groupBy(['status', 'severity'])
      .execute(),
    store
      .selectFrom('containments')
      .select(['status', count.as('count')])
      .where('status', 'in', activeContainmentStatuses)
      .groupBy('status')
      .execute(),
    backlogBySource(store),
    store
      .selectNoFrom((eb) => [
        eb.selectFrom('incidents').select(count.as('n')).where('is_waiting', '=', true).as('undelivered'),
        eb.selectFrom('commands').select(count.as('n')).where('status', '=', 'pending').as('commandsPending'),
        eb.selectFrom('approvals').select(count.as('n')).where('status', '=', 'pending').as('approvalsPending'),
        eb.selectFrom('alerts').select(count.as('n')).where('look_at', 'is not', null).as('withheld'),
        eb.selectFrom('quarantine').select(count.as('n')).as('quarantined'),
        eb.selectFrom('stuck_workflows').select(count.as('n')).as('stuck'),
      ])
      .executeTakeFirstOrThrow(),
  ]);
  return {
    openIncidents,
    containments,
    backlog,
    undelivered: single.undelivered ?? 0,
    commandsPending: single.commandsPending ?? 0,
    approvalsPending: single.approvalsPending ?? 0,
    withheld: single.withheld ?? 0,
    quarantined: single.quarantined ?? 0,
    stuck: single.stuck ?? 0,
  };
}
