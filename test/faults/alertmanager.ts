// A sender that behaves as Alertmanager does: it repeats what was answered with 5xx or not at all, and gives up on 4xx.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sourceCredentialsPath } from '../../src/secrets/source-credentials.ts';
import type { Stack } from '../support/stack.ts';
import type { Kind } from './response-plan.ts';

export interface SentAlert {
  group: string;
  kind: Kind;
  fingerprint: string;
  startsAt: string;
  /** What the last message about it that was answered with 202 said. */
  status: 'firing' | 'resolved';
}

export interface AlertsOfGroup {
  group: string;
  kind: Kind;
  /** Of the alerts within the group. */
  names: readonly string[];
  status: 'firing' | 'resolved';
  service?: string;
  ip?: string;
}

const answerWithinMs = 40_000;
const repeatAfterMs = 150;

export class Alertmanager {
  /** All that was answered with 202, by fingerprint. */
  readonly accepted = new Map<string, SentAlert>();
  /** How often a message had to be sent again. */
  repeats = 0;
  private readonly stack: Pick<Stack, 'dir' | 'url'>;
  private readonly startsAt = new Date().toISOString();
  private credential: string | undefined;

  constructor(stack: Pick<Stack, 'dir' | 'url'>) {
    this.stack = stack;
  }

  /** Resolves to the incidents once it is answered with 202. */
  async send(alerts: AlertsOfGroup): Promise<string[]> {
    const sent = alerts.names.map((name) => this.toSent(alerts, name));
    const body = JSON.stringify(message(alerts, sent));
    const deadline = Date.now() + answerWithinMs;
    for (;;) {
      const incidents = await this.post(body);
      if (incidents) {
        for (const alert of sent) this.accepted.set(alert.fingerprint, alert);
        return incidents;
      }
      if (Date.now() > deadline)
        throw new Error(`The gateway took no alert of ${alerts.group} for ${answerWithinMs} ms`);
      this.repeats += 1;
      await sleep(repeatAfterMs);
    }
  }

  private toSent({ group, kind, status }: AlertsOfGroup, name: string): SentAlert {
    const fingerprint = createHash('sha256').update(`${group}/${name}`).digest('hex').slice(0, 16);
    return { group, kind, fingerprint, startsAt: this.startsAt, status };
  }

  private async post(body: string): Promise<string[] | undefined> {
    this.credential ??= JSON.parse(await readFile(sourceCredentialsPath(this.stack.dir), 'utf8')).alertmanager[0];
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.credential}` };
    const signal = AbortSignal.timeout(10_000);
    try {
      const response = await fetch(`${this.stack.url}/alerts/alertmanager`, { method: 'POST', body, headers, signal });
      const text = await response.text();
      if (response.status === 202) return JSON.parse(text).incidents.map(({ id }: { id: string }) => id);
      if (response.status < 500) throw new Refused(`${response.status} ${text}`);
      return undefined;
    } catch (error) {
      if (error instanceof Refused) throw error;
      return undefined;
    }
  }
}

class Refused extends Error {}

function message({ group, kind, status, service = group, ip }: AlertsOfGroup, sent: SentAlert[]) {
  const labels = { alertname: 'Test', group, kind, service, ...(ip && { src_ip: ip }) };
  return {
    ...{ version: '4', receiver: 'firebreak', status, groupKey: `{}:{group="${group}"}`, truncatedAlerts: 0 },
    groupLabels: { group },
    commonLabels: labels,
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts: sent.map(({ fingerprint, startsAt }) => ({
      ...{ status, labels, fingerprint, startsAt, annotations: { summary: `${group} (${kind})` } },
      endsAt: status === 'resolved' ? new Date().toISOString() : '0001-01-01T00:00:00Z',
      generatorURL: '',
    })),
  };
}
