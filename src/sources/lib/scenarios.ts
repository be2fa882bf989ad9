// What the samples of every source tell: four incidents of a shop's checkout, each with the labels that the rules of the
// shipped response plan look for.

import { sha256Hex } from '../../core/canonical.ts';
import type { Sample } from '../source.ts';

export interface Scenario {
  alertname: string;
  labels: Record<string, string>;
  summary: string;
  description: string;
}

const scenarios = {
  'brute-force': {
    alertname: 'SshBruteForce',
    labels: { kind: 'brute_force', service: 'checkout', severity: 'critical', source_ip: '203.0.113.7', host: 'web-1' },
    summary: '412 failed SSH logins on web-1 from 203.0.113.7 in five minutes',
    description: 'One address tries many users. No login has succeeded so far.',
  },
  'failed-deployment': {
    alertname: 'DeploymentUnhealthy',
    labels: { kind: 'failed_deployment', service: 'checkout', severity: 'critical', host: 'web-1', version: '2.4.0' },
    summary: 'checkout 2.4.0 fails its health check on web-1',
    description: 'Every request has failed since the release of 2.4.0 three minutes ago; 2.3.9 was healthy.',
  },
  'service-down': {
    alertname: 'ServiceDown',
    labels: { kind: 'service_down', service: 'checkout', severity: 'critical', instance: 'web-1:8443' },
    summary: 'checkout on web-1 does not answer',
    description: 'The last five probes of web-1:8443 were refused.',
  },
  'disk-full': {
    alertname: 'DiskAlmostFull',
    labels: { kind: 'disk_full', service: 'checkout', severity: 'warning', instance: 'web-1:9100', mountpoint: '/var' },
    summary: '/var on web-1 is 96 % full',
    description: 'At the rate of the last hour it is full in 40 minutes.',
  },
} satisfies Record<string, Scenario>;
export type ScenarioName = keyof typeof scenarios;
const everyScenario = Object.keys(scenarios) as ScenarioName[];

export interface SampleAlert extends Scenario {
  status: 'firing' | 'resolved';
  startsAt: string;
  /** Go's zero time while it fires. */
  endsAt: string;
  /** 16 hex digits, as Prometheus gives. */
  fingerprint: string;
}

// Before now, as no tool tells of a finding in the moment that it begins.
const defaultAgeMs = 30_000;

export interface SampleChoice {
  /** Those that the tool would tell of. */
  only?: readonly ScenarioName[];
  /** The tool never says that a finding is over. */
  withoutRecovery?: boolean;
}

/** Each scenario and its `-resolved`, in the words of one source. */
export function samplesOf(
  body: (alert: SampleAlert) => unknown,
  { only = everyScenario, withoutRecovery = false }: SampleChoice = {},
): Record<string, Sample> {
  return Object.fromEntries(
    only.flatMap((name) => {
      const firing: [string, Sample] = [name, sampleOf(scenarios[name], 'firing', body)];
      if (withoutRecovery) return [firing];
      return [firing, [`${name}-resolved`, sampleOf(scenarios[name], 'resolved', body)]];
    }),
  );
}

function sampleOf(scenario: Scenario, status: SampleAlert['status'], body: (alert: SampleAlert) => unknown): Sample {
  const fingerprint = sha256Hex(`${scenario.alertname} ${JSON.stringify(scenario.labels)}`).slice(0, 16);
  return (nowMs, startedMs = nowMs - defaultAgeMs) => {
    const startsAt = new Date(startedMs).toISOString();
    const endsAt = status === 'resolved' ? new Date(nowMs).toISOString() : '0001-01-01T00:00:00Z';
    return JSON.stringify(body({ ...scenario, status, startsAt, endsAt, fingerprint }));
  };
}
