// The response plan of the fault tests: small, quick, and every way that an incident can go.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What an alert's label `kind` makes of its incident. */
export type Kind =
  | 'dismiss'
  | 'run'
  | 'ask'
  | 'hold'
  | 'keep'
  | 'undo'
  | 'merge'
  | 'blind'
  | 'hang'
  | `random-${number}`;

const step = (command: string, more = 'level: auto, on_failure: continue') =>
  `  - { id: ${command}, action: run_command, with: { command: ${command} }, ${more} }`;

const block = (hold: string) =>
  `  - { id: blocks, on_failure: continue, for_each: { in: = entities.ip, steps: [{ id: block, action: block_ip, with: { ip: = item }, hold: ${hold}, level: auto }] } }`;

const ownPlaybooks: Record<string, string[]> = {
  run: [step('notch')],
  ask: [step('notch', 'level: approve')],
  hold: [block('3s')],
  keep: [block('1h')],
  undo: [step('notch'), step('fail', 'level: auto, on_failure: undo')],
  merge: [step('notch')],
  blind: [step('blind')],
  hang: [step('hang')],
};

const rulesFor = (playbooks: Record<string, string[]>) => `rules:
  - name: dismiss
    when: = labels.kind == "dismiss"
    dismiss: { disposition: benign, reason: It always fires }
  - name: merge
    when: = labels.kind == "merge"
    playbook: merge
    correlate: [{ by: service, within: 1h }]
${Object.keys(playbooks)
  .filter((kind) => kind !== 'merge')
  .map((kind) => `  - { name: ${kind}, when: = labels.kind == "${kind}", playbook: ${kind} }`)
  .join('\n')}
default: { playbook: run }
`;

const severities = ['critical', 'high', 'medium', 'low', 'info'];

/** @param quiet how long an incident waits after the last alert was resolved */
export const slasWith = ({ quiet }: { quiet: string }): string =>
  severities
    .map(
      (name) =>
        `${name}: { acknowledge: 1h, quiet: ${quiet}, recovery_reminder: 1h, recovery_reminders: 2, review: 0s }\n`,
    )
    .join('');

const filesFor = (playbooks: Record<string, string[]>): Record<string, string> => ({
  'rules.yaml': rulesFor(playbooks),
  ...Object.fromEntries(
    Object.entries(playbooks).map(([kind, steps]) => [
      `playbooks/${kind}.yaml`,
      `name: ${kind}\ntitle: ${kind}\ncontain:\n${steps.join('\n')}\n`,
    ]),
  ),
  'routing.yaml': `teams:
  - { name: sre, levels: [[{ channel: webhook, to: on-call }]] }
default_team: sre
`,
  'approvals.yaml': 'default: { highest_level: auto, quorum: 1, roles: [admin], expires_after: 1h }\n',
  'slas.yaml': slasWith({ quiet: '1s' }),
  'guards.yaml': 'protected: {}\nwidest_prefix: { ipv4: 24, ipv6: 64 }\nlongest_hold: 1d\n',
  'catalog/services.yaml': 'services:\n  - { name: checkout, tier: 3 }\n',
});

export interface PlanChanges {
  /** Beside those of every fault test: the lines of their steps, by name. */
  playbooks?: Record<string, string[]>;
  /** In place of those of every fault test, or beside them. */
  files?: Record<string, string>;
}

export async function writeResponsePlan(folder: string, { playbooks, files }: PlanChanges = {}): Promise<void> {
  for (const [file, text] of Object.entries({ ...filesFor({ ...ownPlaybooks, ...playbooks }), ...files })) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
