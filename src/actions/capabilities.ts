// What a targets file makes possible, in the words that planning looks up: an action, or `action target`.

import type { Action } from './action.ts';
import type { Targets } from './targets.ts';

export interface Capability {
  name: string;
  live: boolean;
  detail: string;
}

const simulated = 'simulated: the targets file names nothing for it';

/** One line for every action as such, and one for every real target that differs from it. */
export function capabilitiesOf(actions: ReadonlyMap<string, Action>, targets: Targets): Capability[] {
  const named: Record<string, string[]> = {
    restart_service: [...targets.services.keys()].map((name) => `service:${name}`),
    rollback_service: [...targets.services.keys()].map((name) => `service:${name}`),
    http_check: [...targets.services].filter(([, one]) => one.health).map(([name]) => `service:${name}`),
    run_command: [...targets.commands.keys()].map((name) => `command:${name}`),
    snapshot: [...targets.snapshots.keys()].map((name) => `snapshot:${name}`),
    restore: [...targets.snapshots.keys()].map((name) => `snapshot:${name}`),
  };
  return [...actions.keys()].flatMap((action) => [
    ofAction(action, targets),
    ...(named[action] ?? []).map((target) => ({ name: `${action} ${target}`, live: true, detail: `live: ${target}` })),
  ]);
}

function ofAction(action: string, targets: Targets): Capability {
  const isLive = action === 'block_ip' && targets.firewall !== undefined;
  return { name: action, live: isLive, detail: isLive ? 'live: the host firewall' : simulated };
}
