// What histories say: how many runs a workflow had, how long each grew, and what local activities it needed.

import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

type Event = temporal.api.history.v1.IHistoryEvent;

/** temporal.api.enums.v1.EventType */
const markerRecorded = 25;
const signaled = 26;

/** The events of each run, the last run first. */
export async function historiesOf(client: Client, workflowId: string): Promise<Event[][]> {
  const histories: Event[][] = [];
  for (let runId: string | null | undefined; runId !== ''; ) {
    const { events } = await client.workflow.getHandle(workflowId, runId ?? undefined).fetchHistory();
    histories.push(events ?? []);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
  }
  return histories;
}

export const mostEvents = (histories: readonly Event[][]): number =>
  Math.max(...histories.map((events) => events.length));

/** Local activities before and after the first signal: each leaves one marker. */
export function localActivitiesOf(events: readonly Event[]): { before: number; after: number } {
  const signalAt = events.findIndex((event) => event.eventType === signaled);
  const markers = events.map((event) => event.eventType === markerRecorded);
  const count = (some: boolean[]): number => some.filter(Boolean).length;
  return { before: count(markers.slice(0, signalAt)), after: count(markers.slice(signalAt)) };
}
