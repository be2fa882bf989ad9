// Every channel that there is. Adding one: a file beside this, its contract fixture, and a line here.

import type { Channel } from './channel.ts';
import { webhook } from './webhook.ts';

export const channels: ReadonlyMap<string, Channel> = new Map([webhook].map((channel) => [channel.name, channel]));
