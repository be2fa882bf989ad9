// A storm of one group: all of it belongs to one incident, whose workflow must hear of every alert once, and stay short.

import { stateQuery } from '../../../src/contract/messages.ts';
import { incidentWorkflowId } from '../../../src/contract/names.ts';
import { type Bench, busyConnections, incidentOf, sendAlerts, untilTold } from '../bench.ts';
import { historiesOf, mostEvents } from '../histories.ts';
import { atMost, figure, type Row } from '../report.ts';

const mostEventsAllowed = 4_095;

export async function stormRows(bench: Bench): Promise<Row[]> {
  const { world, isQuick, progress } = bench;
  const { main, sdk } = world;
  const size = isQuick ? 2_000 : 20_000;
  const signals = isQuick ? 200 : 1_000;
  const alerts = { kind: 'plain', count: 1, row: 'storm' } as const;
  const pace = { groups: 1, first: 0, requests: size, connections: busyConnections };

  progress(`storm of ${figure(size)} alerts`);
  const startedAt = performance.now();
  await sendAlerts(world, main, alerts, pace);
  await untilTold(main);
  const toldSeconds = (performance.now() - startedAt) / 1_000;
  const bare = await sdk.call('signalLoop', { count: signals, atOnce: 50 });

  progress(`the same ${figure(size)} alerts again`);
  const repeats = await sendAlerts(world, main, alerts, pace);
  await untilTold(main);
  const { lost, histories } = await examine(bench, size);
  const name = `storm of ${figure(size)} alerts of one group`;
  const fact = (what: string, unit: string, value: number, goal: Row['goal'] = null): Row => {
    return { name: `${name}: ${what}`, unit, value, floor: null, beside: null, goal };
  };
  return [
    fact('until its workflow heard of all', 's', toldSeconds),
    {
      name: `${name}: told to its workflow`,
      unit: '/s',
      value: size / toldSeconds,
      floor: signals / bare.seconds,
      beside: 'bare, a signal each',
      goal: null,
    },
    fact('runs of its workflow', 'runs', histories.length),
    fact('most events of a run', 'events', mostEvents(histories), atMost('value', mostEventsAllowed)),
    fact('alerts lost or told twice', 'alerts', lost, atMost('value', 0)),
    fact('all of them again', '/s', size / repeats.seconds),
  ];
}

async function examine({ world: { main } }: Bench, size: number) {
  const incidentId = incidentOf('storm', 0);
  const row = await main.store
    .selectFrom('incidents')
    .select(['alert_count', 'repeat_count', 'last_position'])
    .where('incident_id', '=', incidentId)
    .executeTakeFirstOrThrow();
  const workflowId = incidentWorkflowId(incidentId);
  const { alertCount, seenThrough } = await main.client.workflow.getHandle(workflowId).query(stateQuery);
  const counts = [row.alert_count, row.repeat_count, row.last_position, alertCount, seenThrough];
  const lost = Math.max(...counts.map((count) => Math.abs(size - count)));
  return { lost, histories: await historiesOf(main.client, workflowId) };
}
