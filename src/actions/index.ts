// The registry of actions. Adding one is its file, its line here and its fixture in test/contract/fixtures/actions.

import type { Action } from './action.ts';
import { blockIp } from './block-ip.ts';
import { httpCheck } from './http-check.ts';
import { nearestName } from './lib/nearest-name.ts';
import { restartService } from './restart-service.ts';
import { restore } from './restore.ts';
import { rollbackService } from './rollback-service.ts';
import { runCommand } from './run-command.ts';
import { snapshot } from './snapshot.ts';

export const actions: ReadonlyMap<string, Action> = new Map(
  [blockIp, httpCheck, restartService, rollbackService, runCommand, snapshot, restore].map((action) => [
    action.name,
    action,
  ]),
);

export class UnknownActionError extends Error {
  readonly code = 'unknown_action';
}

/** @throws UnknownActionError, which names the nearest action */
export function actionNamed(name: string): Action {
  const action = actions.get(name);
  if (action !== undefined) return action;
  const near = nearestName(name, actions.keys());
  const hint = near === undefined ? `the actions are ${[...actions.keys()].join(', ')}` : `did you mean "${near}"?`;
  throw new UnknownActionError(`There is no action "${name}": ${hint}`);
}
