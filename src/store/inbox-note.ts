// What an incident's workflow is told of one change of an alert: what it counts by, and a title for the journal. Slim,
// since hundreds go in one signal; whoever wants more of the alert reads it in the store.

import type { InboxEvent } from '../core/inbox/incidents.ts';
import type { AlertNote } from '../core/incident/notes.ts';

const titleLength = 200;

export function noteOf({ position, alertId, change, firingAfter, alert }: InboxEvent): AlertNote {
  const { severityHint = null, title } = alert;
  return { position, alertId, change, firingAfter, severityHint, title: title.slice(0, titleLength).toWellFormed() };
}
