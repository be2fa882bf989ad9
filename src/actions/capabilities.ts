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
  return [...actions.values()].flatMap(({ name, realTargets }) => {
    const real = realTargets?.(targets) ?? [];
    if (real === 'any') return [{ name, live: true, detail: 'live: every target' }];
    return [
      { name, live: false, detail: simulated },
      ...real.map((target) => ({ name: `${name} ${target}`, live: true, detail: `live: ${target}` })),
    ];
  });
}
