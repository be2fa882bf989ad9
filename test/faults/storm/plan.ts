// What the response plan withholds in the storm, as it says it and as the oracle is told of it. Windows are longer than
// the storm, and no incident ends by itself: what time decides, nobody could foretell.

import type { Model } from '../../store/oracle/model.ts';
import { type PlanChanges, slasWith } from '../response-plan.ts';

const day = 86_400_000;

export const stormPlan: PlanChanges = {
  files: {
    'rules.yaml': `rules: []
default: { playbook: run }
inhibit:
  - { name: critical, source: ['severity="critical"'], target: ['severity="warning"'], equal: [cluster] }
groups:
  - name: logins
    match: ['kind="login"']
    group_by: [host]
    across_sources: true
    threshold: { at_least: 3, within: 1d }
  # Where the source knows no groups.
  - { name: pagerduty, match: ['@source="pagerduty"'], group_by: [group] }
  - { name: github, match: ['@source="github"'], group_by: [repository] }
flapping:
  - { name: flaps, match: ['kind="flap"'], more_than: 4, within: 1d }
`,
    'sources.yaml': `mappings:
  - name: storm
    each: = body.findings
    resolved: = item.isOver
    fingerprint: = item.finding
    title: = item.finding
    starts_at: = item.from
    ends_at: = item.to
    group: = item.group
    labels: { finding: = item.finding, kind: = item.kind, severity: = item.severity, cluster: = item.cluster, host: = item.host }
`,
    'slas.yaml': slasWith({ quiet: '1h' }),
  },
};

export type StormRules = ConstructorParameters<typeof Model>[0];

/** Silenced until it is told otherwise. */
export const stormRules = (): StormRules => ({
  silence: { from: 0, until: Number.POSITIVE_INFINITY },
  login: { atLeast: 3, withinMs: day },
  flap: { moreThan: 4, withinMs: day },
});
