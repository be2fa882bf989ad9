// What one test saw of its incident.

import type { ApprovalRequest, ContainmentRecord } from '../contract/activities.ts';
import type { IncidentEvent } from '../core/incident/events.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Notice } from '../core/notice.ts';

export interface SeenNotice {
  channel: string;
  kind: Notice['kind'];
  to: string;
  text: string;
  /** ISO-8601. */
  at: string;
}

export interface Observed {
  openedMs: number;
  /** Absent when the workflow never wrote. */
  state: IncidentState | undefined;
  events: readonly IncidentEvent[];
  approvals: readonly ApprovalRequest[];
  /** In the order in which they were recorded. */
  containments: readonly ContainmentRecord[];
  notices: readonly SeenNotice[];
  /** Events of the test that could not happen; `index` is the event's place in the test. */
  refused: readonly { index: number; reason: string }[];
}

/** Pages on the console are facts of the journal only; every other notice went through a channel. */
export function noticesOf(
  events: readonly IncidentEvent[],
  sent: readonly { channel: string; notice: Notice }[],
): SeenNotice[] {
  const paged = events.flatMap((event): SeenNotice[] =>
    event.type === 'paged' && event.channel === 'console'
      ? [{ channel: event.channel, kind: 'page', to: event.to, text: `level ${event.level + 1}`, at: event.at }]
      : [],
  );
  const others = sent.map(({ channel, notice: { kind, to, text, at } }) => ({ channel, kind, to, text, at }));
  return [...paged, ...others].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
