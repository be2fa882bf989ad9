// Alerts of detection tools that tell of events, one by one, and never of an end: the same rule about the same things is
// one finding, and each event one episode of it.

import { alertBounds } from '../../core/alert.ts';
import { derivedId } from '../../core/ids.ts';
import type { FoundAlert } from './bounded-alert.ts';

export interface FoundEvent extends Omit<FoundAlert, 'fingerprint' | 'groupKey' | 'status'> {
  rule: string;
  /** What the event is about: another value is another finding, such as the host and the attacker. */
  about: readonly (string | undefined)[];
  /** Events of one rule with the same of these share an incident; default: all that it is about. */
  groupedBy?: readonly (string | undefined)[];
}

export function eventAlert({ rule, about, groupedBy = about, ...found }: FoundEvent): FoundAlert {
  const identity = JSON.stringify([rule, ...about]);
  const isShort = identity.length <= alertBounds.fingerprintLength;
  return {
    ...found,
    status: 'firing',
    fingerprint: isShort ? identity : derivedId(24, found.source, identity),
    groupKey: JSON.stringify([rule, ...groupedBy]),
  };
}
