// The named places where a crash must do no harm. Fault tests arm a handler that kills the process at one of them;
// nothing is armed otherwise, and then passing a site costs one check.

export const faultSites = [
  'gateway.before-commit',
  'gateway.after-commit',
  'gateway.before-response',
  'dispatch.before-start',
  'dispatch.after-start',
  'dispatch.after-delivered',
  'command.before-update',
  'command.after-update',
  'activity.after-plan',
  'activity.before-journal',
  'activity.after-journal',
  'activity.after-approval-request',
  'activity.after-approval-settled',
  'activity.before-end',
  'activity.after-end',
  'activity.after-merge',
  'activity.after-containment-record',
  'action.before-intent',
  'action.after-intent',
  'action.after-apply',
  'action.after-outcome',
  'undo.before-intent',
  'undo.after-intent',
  'undo.after-apply',
  'undo.after-outcome',
  'notice.before-send',
  'notice.after-send',
  'checkpoint.before-file',
  'checkpoint.after-file',
] as const;

export type FaultSite = (typeof faultSites)[number];

export type FaultHandler = (site: FaultSite) => void | Promise<void>;

let handler: FaultHandler | undefined;

/** Sets what happens at every site from now on; `undefined` disarms. */
export function armSite(next: FaultHandler | undefined): void {
  handler = next;
}

export async function atSite(site: FaultSite): Promise<void> {
  if (handler !== undefined) await handler(site);
}
