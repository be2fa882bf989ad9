// The words of the API as people read them.

import type { ApprovalStatus } from '../../core/approval/policy.ts';
import { assertNever } from '../../core/assert-never.ts';
import { firebreak } from '../../core/incident/events.ts';
import type { Disposition, IncidentStatus } from '../../core/incident/status.ts';
import type { Severity } from '../../core/severity.ts';

const sentence = (word: string): string => {
  const words = word.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const severityWord = (severity: Severity): string => sentence(severity);
export const statusWord = (status: IncidentStatus): string => sentence(status);
export const dispositionWord = (disposition: Disposition): string => sentence(disposition);
export const approvalWord = (status: ApprovalStatus): string => sentence(status);

/** `key:ana` → `ana`; `playbook:brute-force` → `playbook brute-force`, sources likewise; `firebreak` → `Firebreak`. */
export function actorWord(actor: string): string {
  if (actor === firebreak) return 'Firebreak';
  if (actor.startsWith('key:')) return actor.slice('key:'.length);
  return actor.replace(/^playbook:/, 'playbook ').replace(/^source:/, 'source ');
}

export type Tone = 'neutral' | 'good' | 'attention' | 'bad' | 'active';

export function statusTone(status: IncidentStatus): Tone {
  switch (status) {
    case 'triage':
    case 'containment':
      return 'attention';
    case 'recovery':
      return 'active';
    case 'review':
      return 'good';
    case 'closed':
    case 'dismissed':
    case 'merged':
      return 'neutral';
    default:
      return assertNever(status);
  }
}
