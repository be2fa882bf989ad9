// The registry of sources. Routes, credentials, docs and contract tests derive from it.

import { alertmanager } from './alertmanager.ts';
import { cloudevents } from './cloudevents.ts';
import { crowdstrike } from './crowdstrike.ts';
import { datadog } from './datadog.ts';
import { elastic } from './elastic.ts';
import { eventbridge } from './eventbridge.ts';
import { falco } from './falco.ts';
import { generic } from './generic.ts';
import { github } from './github.ts';
import { grafana } from './grafana.ts';
import { history } from './history.ts';
import { mapped } from './mapped.ts';
import { pagerduty } from './pagerduty.ts';
import { prometheus } from './prometheus.ts';
import { sarif } from './sarif.ts';
import { sentry } from './sentry.ts';
import { sns } from './sns.ts';
import type { Source } from './source.ts';
import { splunk } from './splunk.ts';
import { suricata } from './suricata.ts';
import { wazuh } from './wazuh.ts';

const all: Source[] = [
  ...[alertmanager, prometheus, grafana, pagerduty],
  ...[datadog, sentry, splunk, elastic],
  ...[wazuh, suricata, falco, crowdstrike],
  ...[sns, eventbridge, github, sarif],
  ...[cloudevents, mapped, generic, history],
];

export const sources: ReadonlyMap<string, Source> = new Map(all.map((source) => [source.name, source]));

export function sourceNamed(name: string): Source | undefined {
  return sources.get(name);
}
