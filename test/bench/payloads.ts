// Alerts of a realistic size: the labels and annotations that the rules of kube-prometheus give. Texts with `{{n}}` and
// `{{g}}` for the sender to fill in.

/** What the bench's response plan makes of an alert, by its label `kind`. */
export type Kind = 'plain' | 'act' | 'ask' | 'ten';

export interface Alerts {
  kind: Kind;
  /** In one request. */
  count: number;
  /** Makes the groups, and so the incidents, of one row different from those of the others. */
  row: string;
  status?: 'firing' | 'resolved';
}

const startsAt = new Date().toISOString();
const generatorUrl =
  'http://prometheus.example/graph?g0.expr=sum%28rate%28container_cpu_cfs_throttled_periods_total%5B5m%5D%29%29&g0.tab=1';

function labelsOf({ kind, row }: Alerts, index: number) {
  return {
    alertname: 'KubePodCrashLooping',
    kind,
    group: `${row}-{{g}}`,
    cluster: 'eu-west-1-production',
    namespace: 'checkout',
    pod: `checkout-5d4f8c7b9-{{n}}-${index}`,
    container: 'checkout',
    instance: '10.24.3.17:8443',
    job: 'kube-state-metrics',
    prometheus: 'monitoring/k8s',
    service: 'checkout-{{g}}',
    severity: 'warning',
    uid: `${row}-{{n}}-${index}`,
  };
}

const annotations = {
  summary: 'Pod is crash looping',
  description:
    'Pod checkout/checkout (container checkout) is in waiting state (reason: "CrashLoopBackOff") on cluster eu-west-1-production.',
  runbook_url: 'https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping',
};

const alertmanagerGroup = (group: string): string => `{}:{group="${group}"}`;

/** The group key that the source makes of it. */
export const groupKeyOf = (row: string, group: number): string =>
  JSON.stringify(['firebreak', alertmanagerGroup(`${row}-${padded(group, 6)}`)]);

const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** What Alertmanager's webhook sends to Firebreak. */
export function webhookBody(alerts: Alerts): string {
  const { status = 'firing', row, count, kind } = alerts;
  const group = `${row}-{{g}}`;
  const common = { alertname: 'KubePodCrashLooping', kind, group, namespace: 'checkout', severity: 'warning' };
  return JSON.stringify({
    receiver: 'firebreak',
    status,
    alerts: indexes(count).map((index) => ({
      status,
      labels: labelsOf(alerts, index),
      annotations,
      startsAt,
      endsAt: status === 'resolved' ? new Date().toISOString() : '0001-01-01T00:00:00Z',
      generatorURL: generatorUrl,
      fingerprint: `${row}{{n}}${index}`,
    })),
    groupLabels: { group },
    commonLabels: common,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.example',
    version: '4',
    groupKey: alertmanagerGroup(group),
    truncatedAlerts: 0,
  });
}

/** What Prometheus posts to Alertmanager. */
export function alertmanagerBody(alerts: Alerts): string {
  return JSON.stringify(
    indexes(alerts.count).map((index) => ({
      labels: labelsOf(alerts, index),
      annotations,
      startsAt,
      ...(alerts.status === 'resolved' && { endsAt: new Date().toISOString() }),
      generatorURL: generatorUrl,
    })),
  );
}

/** The text with its two numbers. */
export function fillIn(text: string, n: number, group: number): string {
  return text.replaceAll('{{n}}', padded(n, 12)).replaceAll('{{g}}', padded(group, 6));
}

export const padded = (number: number, digits: number): string => String(number).padStart(digits, '0');
