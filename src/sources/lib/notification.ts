// The notification of Alertmanager's webhook, which Grafana sends too: one group of alerts with what they have in common.
// Source: Alertmanager's template/template.go (Data, Alert) and notify/webhook/webhook.go (Message).

import { z } from 'zod';
import type { Alert } from '../../core/alert.ts';
import { boundedAlert } from './bounded-alert.ts';
import { maxAlertsPerRequest, placeOf } from './json.ts';
import { readTime } from './times.ts';

const status = z.enum(['firing', 'resolved'], { error: 'it must be "firing" or "resolved"' });
/** Absent maps come as null from Go. */
const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((given) => given ?? {});
const optionalText = z.string().nullish();

export const notificationAlert = z.looseObject({
  status,
  labels: texts,
  annotations: texts,
  startsAt: optionalText,
  endsAt: optionalText,
  generatorURL: optionalText,
  fingerprint: z.string().min(1, 'it must not be empty'),
});
export type NotificationAlert = z.output<typeof notificationAlert>;

export const notificationOf = <One extends z.ZodType>(alert: One) =>
  z.looseObject({
    status,
    receiver: z.string(),
    groupKey: z.string().min(1, 'it must not be empty'),
    alerts: z.array(alert).max(maxAlertsPerRequest, `it must have at most ${maxAlertsPerRequest} alerts`),
  });

interface Group<One extends NotificationAlert> {
  receiver: string;
  groupKey: string;
  alerts: One[];
}

/** `linksOf` gives the links that only this tool has. */
export function alertsOf<One extends NotificationAlert>(
  source: string,
  group: Group<One>,
  receivedAtMs: number,
  linksOf: (alert: One) => { title: string; url: string | undefined }[],
): Alert[] {
  // Never externalURL: the replicas of a highly available pair differ in it.
  const groupKey = JSON.stringify([group.receiver, group.groupKey]);
  return group.alerts.map((alert, index) => {
    const { labels, annotations } = alert;
    const place = (name: string) => placeOf(['alerts', index, name]);
    const found = {
      source,
      fingerprint: alert.fingerprint,
      status: alert.status,
      title: annotations.summary || annotations.title || labels.alertname || `Alert ${alert.fingerprint}`,
      description: annotations.description || annotations.message,
      startsAt: readTime(alert.startsAt, place('startsAt')),
      endsAt: readTime(alert.endsAt, place('endsAt')),
      labels,
      annotations,
      groupKey,
      links: [{ title: 'Runbook', url: annotations.runbook_url }, ...linksOf(alert)],
    };
    return boundedAlert(found, receivedAtMs);
  });
}
