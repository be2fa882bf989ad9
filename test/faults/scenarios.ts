// For every fault site: which process comes there, and what brings it there. A new site without an entry does not compile.

import type { FaultSite } from '../../src/fault-sites.ts';
import type { Role } from '../support/stack.ts';
import type { Kind } from './response-plan.ts';

export interface Scenario {
  role: Role;
  /** Of the incident's alerts. */
  kind: Kind;
  /** An older incident of the same service is there, open. */
  besideOpen?: true;
  /** It is passed when the process starts. */
  atStart?: true;
}

export const scenarios: Record<FaultSite, Scenario> = {
  'gateway.before-commit': { role: 'gateway', kind: 'run' },
  'gateway.after-commit': { role: 'gateway', kind: 'run' },
  'gateway.before-response': { role: 'gateway', kind: 'hold' },
  'dispatch.before-start': { role: 'gateway', kind: 'run' },
  // It is over before anyone looks again.
  'dispatch.after-start': { role: 'gateway', kind: 'dismiss' },
  'dispatch.after-delivered': { role: 'gateway', kind: 'dismiss' },
  'command.before-update': { role: 'gateway', kind: 'ask' },
  'command.after-update': { role: 'gateway', kind: 'ask' },
  'activity.after-plan': { role: 'incident', kind: 'run' },
  'activity.before-journal': { role: 'incident', kind: 'run' },
  'activity.after-journal': { role: 'incident', kind: 'hold' },
  'activity.after-approval-request': { role: 'incident', kind: 'ask' },
  'activity.after-approval-settled': { role: 'incident', kind: 'ask' },
  'activity.before-end': { role: 'incident', kind: 'dismiss' },
  'activity.after-end': { role: 'incident', kind: 'run' },
  'activity.after-merge': { role: 'incident', kind: 'merge', besideOpen: true },
  'activity.after-containment-record': { role: 'incident', kind: 'hold' },
  'action.before-intent': { role: 'containment', kind: 'hold' },
  'action.after-intent': { role: 'containment', kind: 'hold' },
  'action.after-apply': { role: 'containment', kind: 'run' },
  'action.after-outcome': { role: 'containment', kind: 'hold' },
  'undo.before-intent': { role: 'containment', kind: 'undo' },
  'undo.after-intent': { role: 'containment', kind: 'undo' },
  'undo.after-apply': { role: 'containment', kind: 'undo' },
  'undo.after-outcome': { role: 'containment', kind: 'undo' },
  'notice.before-send': { role: 'notify', kind: 'run' },
  'notice.after-send': { role: 'notify', kind: 'run' },
  'checkpoint.before-file': { role: 'incident', kind: 'dismiss', atStart: true },
  'checkpoint.after-file': { role: 'incident', kind: 'dismiss', atStart: true },
};
