// The registry of sources. Routes, credentials, docs and contract tests derive from it.

import { alertmanager } from './alertmanager.ts';
import { cloudevents } from './cloudevents.ts';
import { generic } from './generic.ts';
import { grafana } from './grafana.ts';
import { pagerduty } from './pagerduty.ts';
import { prometheus } from './prometheus.ts';
import type { Source } from './source.ts';

export const sources: ReadonlyMap<string, Source> = new Map(
  [alertmanager, prometheus, grafana, pagerduty, cloudevents, generic].map((source) => [source.name, source]),
);

export function sourceNamed(name: string): Source | undefined {
  return sources.get(name);
}
