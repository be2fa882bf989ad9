// What the plan may name: the actions and channels of this version of Firebreak.

import { descriptions } from '../actions/descriptions/index.ts';
import { channelNames } from '../channels/names.ts';
import type { CheckContext } from '../core/plan/check-plan.ts';

/** Shown by the console itself: always there, needs no settings and tells everyone who looks. */
const consoleChannel = 'console';

export const builtIn: CheckContext = { actions: descriptions, channels: [consoleChannel, ...channelNames] };
