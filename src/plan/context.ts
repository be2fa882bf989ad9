// What the plan may name: the actions and channels of this version of Firebreak.

import { actions } from '../actions/index.ts';
import { channels } from '../channels/index.ts';
import type { CheckContext } from '../core/plan/check-plan.ts';

/** Shown by the console itself: always there, needs no settings and tells everyone who looks. */
const consoleChannel = 'console';

export const builtIn: CheckContext = { actions, channels: [consoleChannel, ...channels.keys()] };
