// The named places where a crash must do no harm. Fault tests arm a handler that kills the process at one of them;
// nothing is armed otherwise, and then passing a site costs one check.

export type FaultSite =
  | 'gateway.before-commit'
  | 'gateway.after-commit'
  | 'gateway.before-response'
  | 'activity.after-approval-request'
  | 'activity.after-end'
  | 'activity.before-end'
  | 'activity.after-journal'
  | 'activity.before-journal'
  | 'activity.after-plan'
  | 'dispatch.before-start'
  | 'dispatch.after-start'
  | 'command.before-update'
  | 'command.after-update'
  | 'action.before-intent'
  | 'action.after-intent'
  | 'action.after-apply'
  | 'action.after-outcome'
  | 'undo.before-intent'
  | 'undo.after-intent'
  | 'undo.after-apply'
  | 'undo.after-outcome';

export type FaultHandler = (site: FaultSite) => void | Promise<void>;

let handler: FaultHandler | undefined;

/** Sets what happens at every site from now on; `undefined` disarms. */
export function armSite(next: FaultHandler | undefined): void {
  handler = next;
}

export async function atSite(site: FaultSite): Promise<void> {
  if (handler !== undefined) await handler(site);
}
