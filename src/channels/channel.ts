// What a channel is: one way to tell people. Pagers are channels too. A channel sends; it decides nothing.

import type { Notice } from '../core/notice.ts';

export interface Delivery {
  /** What the other side calls it, for the audit. */
  reference?: string;
  detail: string;
}

export interface Channel<Settings = unknown> {
  name: string;
  title: string;
  /** True when its settings are there; otherwise the notice is recorded as not sent, and says so. */
  configured(settings: Settings | undefined): settings is Settings;
  /** Throws PermanentChannelError when a retry cannot help. */
  send(notice: Notice, settings: Settings, signal: AbortSignal): Promise<Delivery>;
}

export class PermanentChannelError extends Error {
  readonly code = 'channel_refused';
}
