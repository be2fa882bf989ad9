// What an incident's workflow is told of one change of an alert. Bounded in size, since hundreds go in one signal.

import type { Entity } from '../core/alert.ts';
import type { InboxEvent } from '../core/inbox/incidents.ts';
import type { AlertNote } from '../core/incident/notes.ts';

const titleLength = 200;
/** Of the entities as JSON: at most 3 bytes each, so that 500 notes stay below Temporal's 2 MB for a payload. */
const entitiesLength = 800;

export function noteOf({ position, alertId, change, firingAfter, alert }: InboxEvent): AlertNote {
  const { severityHint = null, title, entities } = alert;
  return {
    ...{ position, alertId, change, firingAfter, severityHint },
    title: title.slice(0, titleLength).toWellFormed(),
    entities: thatFit(entities),
  };
}

/** The first ones: sources put what matters most first. */
function thatFit(entities: readonly Entity[]): Entity[] {
  let length = 0;
  return entities.filter((entity) => {
    length += JSON.stringify(entity).length;
    return length <= entitiesLength;
  });
}
