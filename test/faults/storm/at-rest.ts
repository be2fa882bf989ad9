// When the storm is over for everyone: each incident was told of all, and is either responded to or over.

import { sql } from 'kysely';
import { incidentWorkflowId } from '../../../src/contract/names.ts';
import type { Stack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { whyWaiting } from './why-waiting.ts';

const mostShown = 20;

export async function untilAtRest(stack: Stack): Promise<void> {
  await until('everyone to be told of everything', async () => (await unrest(stack)).length === 0, {
    ...{ withinMs: 420_000, everyMs: 500 },
    hint: async () => `${(await unrest(stack)).slice(0, mostShown).join('\n')}\n${await whyWaiting(stack)}`,
  });
}

async function unrest({ store, client }: Stack): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`
    select incident_id || ' is ' || status || ', told through ' || delivered_through || ', saw through ' ||
        coalesce(state ->> 'seenThrough', 'nothing') || ' of ' || last_position as what
      from incidents where delivered_through < last_position or status not in ('recovery', 'dismissed')
        or (state ->> 'seenThrough')::bigint is distinct from last_position
    union all select 'command ' || command_id from commands where status = 'pending'
    union all select 'effect ' || key from effects where outcome is null`.execute(store);
  if (rows.length > 0) return rows.map(({ what }) => what);
  const over = await store.selectFrom('incidents').select('incident_id').where('status', '=', 'dismissed').execute();
  const workflows = await Promise.all(
    over.map(({ incident_id: id }) => client.workflow.getHandle(incidentWorkflowId(id)).describe()),
  );
  return workflows.filter(({ status }) => status.name === 'RUNNING').map(({ workflowId }) => `workflow ${workflowId}`);
}
