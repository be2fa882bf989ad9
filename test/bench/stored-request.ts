// A request as the inbox takes it from the gateway, without one.

import { alertmanager } from '../../src/sources/alertmanager.ts';
import type { AcceptedRequest } from '../../src/store/inbox.ts';
import { testWorld } from '../support/source-requests.ts';
import { type Alerts, fillIn, webhookBody } from './payloads.ts';

export function storedRequest(alerts: Alerts, n: number): AcceptedRequest {
  const body = Buffer.from(fillIn(webhookBody(alerts), n, n));
  const receivedAtMs = Date.now();
  const parsed = alertmanager.parse({ headers: {}, path: [], body, receivedAtMs }, testWorld);
  return {
    ...{ source: alertmanager.name, receivedAtMs, body },
    alerts: alertmanager.normalise(parsed, receivedAtMs),
  };
}
