// What a channel is: one way to tell people. Pagers are channels too. A channel sends; it decides nothing.

import type { ZodType } from 'zod';
import type { Notice } from '../core/notice.ts';

/** With the page where people see the incident and decide. */
export type LinkedNotice = Notice & { link: string };

export interface Delivery {
  /** What the other side calls it, for the audit. */
  reference?: string;
  detail: string;
}

export interface Channel<Settings = unknown> {
  name: string;
  title: string;
  /** What the channels file says of it. A channel without settings is not used, and the record says so. */
  settings: ZodType<Settings>;
  /** Throws PermanentChannelError when a retry cannot help. */
  send(notice: LinkedNotice, settings: Settings, signal: AbortSignal): Promise<Delivery>;
}

export class PermanentChannelError extends Error {
  readonly code = 'channel_refused';
}

/** Keeps the settings' type of one channel while the registry holds them all. */
export function defineChannel<Settings>(channel: Channel<Settings>): Channel {
  return channel as unknown as Channel;
}
