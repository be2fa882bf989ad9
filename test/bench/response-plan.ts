// The response plan of the benchmark: nothing waits, and the only live action costs nothing.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Kind } from './payloads.ts';

const act = (id: string) => `  - { id: ${id}, action: run_command, with: { command: nothing }, level: auto }\n`;

const steps: Record<Kind, string> = {
  plain: '',
  act: `contain:\n${act('act')}`,
  ten: `contain:\n${Array.from({ length: 10 }, (_, n) => act(`s${n + 1}`)).join('')}`,
  ask: 'contain:\n  - { id: block, action: block_ip, with: { ip: 203.0.113.7 }, hold: 1h, level: approve }\n',
};
const kinds = Object.keys(steps);

const rules = kinds.map((kind) => `  - { name: ${kind}, when: '= labels.kind == "${kind}"', playbook: ${kind} }`);
const sla = '{ acknowledge: 1h, quiet: 0s, recovery_reminder: 1h, recovery_reminders: 2, review: 0s }';

const files: Record<string, string> = {
  ...Object.fromEntries(
    Object.entries(steps).map(([kind, text]) => [`playbooks/${kind}.yaml`, `name: ${kind}\ntitle: ${kind}\n${text}`]),
  ),
  'rules.yaml': `rules:\n${rules.join('\n')}\ndefault: { playbook: plain }\n`,
  'routing.yaml': 'teams:\n  - { name: sre, levels: [[{ channel: console, to: on-call }]] }\ndefault_team: sre\n',
  'approvals.yaml': 'default: { highest_level: auto, quorum: 1, roles: [admin], expires_after: 1h }\n',
  'slas.yaml': ['critical', 'high', 'medium', 'low', 'info'].map((name) => `${name}: ${sla}\n`).join(''),
  'guards.yaml': 'protected: {}\nwidest_prefix: { ipv4: 24, ipv6: 64 }\nlongest_hold: 1d\n',
  'catalog/services.yaml': 'services:\n  - { name: checkout, tier: 3 }\n',
};

/** What the live action runs. */
export const actingBinary = '/bin/true';
const targets = `commands:\n  nothing: { binary: ${actingBinary}, arguments: [] }\n`;

/** Writes plan and targets into a folder of their own, and returns the settings that name them. */
export async function writeResponsePlan(folder: string) {
  const plan = join(folder, 'response-plan');
  for (const [file, text] of Object.entries(files)) {
    const path = join(plan, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const targetsFile = join(folder, 'targets.yaml');
  await writeFile(targetsFile, targets);
  return { FIREBREAK_PLAN: plan, FIREBREAK_TARGETS: targetsFile };
}
