// Why an alert is no incident, as people name it and filter by it.

import type { SuppressedAlert } from '../../contract/api/index.ts';

export type Because = SuppressedAlert['suppressed'];

interface BecauseKind {
  label: string;
  of: readonly Because[];
}

/** The last is of alerts that came when there was nothing left to answer. */
export const becauseKinds = {
  silence: { label: 'Silence', of: ['silenced'] },
  maintenance: { label: 'Maintenance', of: ['maintenance'] },
  inhibition: { label: 'Inhibition', of: ['inhibited'] },
  threshold: { label: 'Threshold', of: ['below_threshold'] },
  flapping: { label: 'Flapping', of: ['flapping'] },
  late: { label: 'Came too late', of: ['resolved_unseen', 'superseded', 'stale'] },
} as const satisfies Record<string, BecauseKind>;
export type BecauseName = keyof typeof becauseKinds;
export const becauseNames = Object.keys(becauseKinds) as BecauseName[];

export const becauseWord: Record<Because, string> = {
  silenced: 'Silenced',
  maintenance: 'Maintenance',
  inhibited: 'Inhibited',
  below_threshold: 'Below threshold',
  flapping: 'Flapping',
  resolved_unseen: 'Over when it came',
  superseded: 'Superseded',
  stale: 'Stale',
};
