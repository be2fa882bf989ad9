// What the contract suite needs to know of an action: parameters, and a small world in which it really acts.

import type { Targets } from '../../src/actions/targets.ts';
import type { Json } from '../../src/core/canonical.ts';

export interface ActionFixture {
  /** Parameters that are wrong, and what the problem's text must say. */
  wrong: readonly (readonly [Json, RegExp])[];
  /** The parameters with a hostile text in each place that takes text. */
  hostile(text: string): readonly Json[];
  /** Why there can be no such world on this machine. */
  missing?: string;
  world(): Promise<World>;
}

export interface World {
  params: Json;
  targets: Targets;
  /** What the target looks like to somebody who does not use the action's own code. */
  state(): Promise<string>;
  /** How often the effect of this key happened, by the target's own log. Absent: the target keeps none. */
  effects?(key: string): Promise<number>;
  remove(): Promise<void>;
}
