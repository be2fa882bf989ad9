// Outbound Standard Webhooks (standardwebhooks.com, v1): any system that takes signed JSON over HTTP can be told.

import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { type Delivery, defineChannel, type LinkedNotice, PermanentChannelError } from './channel.ts';

const settings = z.strictObject({
  /** Written by the administrator, so it may point into the own network. */
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string().regex(/^whsec_[A-Za-z0-9+/=]{16,}$/, 'must be whsec_ and base64'),
});
type Settings = z.output<typeof settings>;

const answerWithinMs = 10_000;

export const webhook = defineChannel<Settings>({ name: 'webhook', title: 'Standard Webhooks', settings, send });

/** The webhook's id is the notice's key, so that a receiver can tell a retry from a second notice. */
async function send(notice: LinkedNotice, { url, secret }: Settings, signal: AbortSignal): Promise<Delivery> {
  const now = new Date();
  const body = JSON.stringify({ type: `incident.${notice.kind}`, timestamp: notice.at, data: notice });
  const response = await fetch(url, {
    method: 'POST',
    body,
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    headers: {
      'content-type': 'application/json',
      'webhook-id': notice.key,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(notice.key, now, body),
    },
  });
  await response.body?.cancel();
  if (response.ok) return { detail: `accepted with ${response.status}` };
  const text = `${new URL(url).host} answered ${response.status}`;
  // 410 is the receiver's wish not to be called again; other 4xx say that this request is wrong. 429 may pass.
  if (response.status >= 300 && response.status < 500 && response.status !== 429) throw new PermanentChannelError(text);
  throw new Error(text);
}
