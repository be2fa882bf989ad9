// The floor of a whole incident: a workflow that does nothing but the same activities on the same rows, with its facts
// written down in advance. No triage, no messages, no waits but the one for its alert to resolve.

import { condition, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { JournalInput, StoreActivities } from '../../../src/contract/activities.ts';
import { firebreak, type IncidentFact } from '../../../src/core/incident/events.ts';
import { reduce } from '../../../src/core/incident/reduce.ts';
import { type OpenedIncident, openIncident } from '../../../src/core/incident/state.ts';
import { goOn } from './go-on.ts';

const store = proxyLocalActivities<StoreActivities>({ scheduleToCloseTimeout: '30s' });

export async function bareIncident(opened: OpenedIncident): Promise<void> {
  let state = openIncident(opened);
  const write = (facts: IncidentFact[]): JournalInput => {
    const at = new Date().toISOString();
    const events = facts.map((fact) => ({ ...fact, at, actor: firebreak }));
    const firstEvent = state.nextEvent;
    state = events.reduce(reduce, state);
    return { state, events, firstEvent, version: `${at} ${String(firstEvent).padStart(6, '0')}` };
  };
  let mayGoOn = false;
  setHandler(goOn, () => {
    mayGoOn = true;
  });
  const plan = await store.planResponse({ opened, through: 1 });
  const { channel, to } = { channel: 'console', to: 'on-call' };
  await store.journal(
    write([
      alertsReceived('fired'),
      { type: 'triaged', plan },
      { type: 'status_changed', status: 'containment', reason: 'triaged' },
      { type: 'paged', level: 0, channel, to, result: 'sent', detail: 'shown in the console' },
      { type: 'status_changed', status: 'recovery', reason: 'containment is done' },
    ]),
  );
  await condition(() => mayGoOn);
  await store.journal(
    write([
      alertsReceived('resolved'),
      { type: 'recovered', how: 'alerts_resolved' },
      { type: 'status_changed', status: 'review', reason: 'recovered' },
    ]),
  );
  await store.endIncident(
    write([{ type: 'reported' }, { type: 'status_changed', status: 'closed', reason: 'review is over' }]),
  );
}

function alertsReceived(change: 'fired' | 'resolved'): IncidentFact {
  const hasFired = change === 'fired';
  const [fired, resolved, through] = hasFired ? [1, 0, 1] : [0, 1, 2];
  const counts = { count: fired, fired, resolved, firing: fired, through };
  return { type: 'alerts_received', ...counts, severityHint: null, titles: ['Pod is crash looping'] };
}
