// The activity that talks to vendors. A notice that was sent is not sent again.

import { type Channel, PermanentChannelError } from '../src/channels/channel.ts';
import type { ChannelSettings } from '../src/channels/settings.ts';
import type { NotifyActivities } from '../src/contract/activities.ts';
import type { Notice } from '../src/core/notice.ts';
import { atSite } from '../src/fault-sites.ts';
import type { Store } from '../src/store/database.ts';
import { beginNotice, type Delivery, endNotice } from '../src/store/notices.ts';
import { Attempts } from './attempts.ts';

export interface NotifyDeps {
  store: Store;
  channels: ReadonlyMap<string, Channel>;
  settings: ChannelSettings;
  incidentUrl: (incidentId: string) => string;
}

export function notifyActivities(deps: NotifyDeps): NotifyActivities {
  const attempts = new Attempts<Notified>();
  return {
    notify: (input) => attempts.join(input.notice.key, (signal) => notify(deps, input, signal)),
  };
}

type NotifyInput = Parameters<NotifyActivities['notify']>[0];
type Notified = Awaited<ReturnType<NotifyActivities['notify']>>;

async function notify(deps: NotifyDeps, { channel, notice }: NotifyInput, signal: AbortSignal): Promise<Notified> {
  const before = await beginNotice(deps.store, channel, notice);
  if (before) return before;
  await atSite('notice.before-send');
  const delivery = await send(deps, channel, notice, signal);
  await atSite('notice.after-send');
  await endNotice(deps.store, channel, notice, delivery, new Date().toISOString());
  return delivery;
}

/** Throws only what a retry may help with. */
async function send(deps: NotifyDeps, name: string, notice: Notice, signal: AbortSignal): Promise<Delivery> {
  const channel = deps.channels.get(name);
  const known = [...deps.channels.keys()].join(', ');
  if (!channel) return { result: 'failed', detail: `There is no channel ${name}; there are ${known}` };
  const settings = deps.settings[name];
  if (settings === undefined) {
    return { result: 'not_configured', detail: `Channel ${name} has no settings in the channels file` };
  }
  try {
    const link = deps.incidentUrl(notice.incidentId);
    const delivery = await channel.send({ ...notice, link }, settings, signal);
    return { result: 'sent', detail: delivery.detail };
  } catch (error) {
    if (error instanceof PermanentChannelError) return { result: 'failed', detail: error.message };
    throw error;
  }
}
