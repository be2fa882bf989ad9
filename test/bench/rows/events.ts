// How much history an incident costs, read from the histories of real ones.

import type { Approval } from '../../../src/contract/api/index.ts';
import { incidentWorkflowId } from '../../../src/contract/names.ts';
import { until } from '../../support/until.ts';
import { type Bench, incidentOf, sendAlerts, untilStatus } from '../bench.ts';
import type { Firebreak } from '../firebreak.ts';
import { historiesOf, localActivitiesOf, mostEvents } from '../histories.ts';
import type { Kind } from '../payloads.ts';
import { atMost, type Row } from '../report.ts';
import type { World } from '../world.ts';

const groups = 1;

/** The bare SDK is asked for as many local activities as the simple incident had. */
export async function eventRows({ world, progress }: Bench): Promise<Row[]> {
  progress('events of an incident');
  const [simple = []] = await completeOne(world, 'plain');
  const local = localActivitiesOf(simple);
  const approved = await completeOne(world, 'ask');
  return [
    {
      name: 'events of a simple incident',
      unit: 'events',
      value: simple.length,
      floor: await world.sdk.call('eventsOfLocal', local),
      beside: `bare SDK, ${local.before + local.after} local activities`,
      goal: atMost('value', 20),
    },
    {
      name: 'events of an incident with an approved containment',
      unit: 'events',
      value: mostEvents(approved),
      floor: null,
      beside: null,
      goal: null,
    },
  ];
}

/** The histories of an incident that went all its way. */
export async function completeOne(world: World, kind: Kind) {
  const { main } = world;
  const alerts = { kind, count: 1, row: `one-${kind}` };
  const pace = { groups, first: 0, requests: 1, connections: 1 };
  const incidentId = incidentOf(alerts.row, 0);
  await sendAlerts(world, main, alerts, pace);
  if (kind === 'ask') await approve(main, incidentId);
  await untilStatus(main, [incidentId], 'recovery');
  await sendAlerts(world, main, { ...alerts, status: 'resolved' }, pace);
  await untilStatus(main, [incidentId], 'closed');
  const workflowId = incidentWorkflowId(incidentId);
  await main.client.workflow.getHandle(workflowId).result();
  return historiesOf(main.client, workflowId);
}

async function approve({ url, apiHeaders }: Firebreak, incidentId: string): Promise<void> {
  const pending = async (): Promise<Approval | undefined> => {
    const response = await fetch(`${url}/api/approvals?incident=${incidentId}`, { headers: apiHeaders });
    return ((await response.json()) as { items: Approval[] }).items[0];
  };
  const { id, digest } = await until('an approval to be asked for', pending);
  const body = JSON.stringify({ decision: 'approve', digest });
  const response = await fetch(`${url}/api/approvals/${id}/decisions`, { method: 'POST', headers: apiHeaders, body });
  if (!response.ok) throw new Error(`The approval was refused: ${await response.text()}`);
}
