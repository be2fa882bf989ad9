// A small plan folder on disk that tests change one file at a time.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkPlan } from '../../src/plan/load.ts';
import { describeProblem } from '../../src/plan/problem.ts';

export const goodFiles: Record<string, string> = {
  'playbooks/unknown.yaml': 'name: unknown\ntitle: New\n',
  'playbooks/block.yaml': `name: block
title: Block
contain:
  - id: blocks
    for_each:
      in: = entities.ip
      steps:
        - id: block
          action: block_ip
          with:
            ip: = item
          hold: 1h
`,
  'rules.yaml': `rules:
  - name: block
    when: = labels.kind == "block"
    severity: high
    playbook: block
default: { playbook: unknown }
`,
  'routing.yaml': `teams:
  - name: platform
    levels:
      - - { channel: console, to: on-call }
default_team: platform
`,
  'approvals.yaml': 'default: { highest_level: approve, quorum: 1, roles: [responder], expires_after: 1h }\n',
  'slas.yaml': ['critical', 'high', 'medium', 'low', 'info']
    .map(
      (name) => `${name}: { acknowledge: 5m, quiet: 1m, recovery_reminder: 1h, recovery_reminders: 2, review: 0s }\n`,
    )
    .join(''),
  'guards.yaml': 'protected: {}\nwidest_prefix: { ipv4: 24, ipv6: 64 }\nlongest_hold: 1d\n',
  'catalog/services.yaml': 'services:\n  - name: checkout\n    tier: 1\n',
};

export interface PlanFolder extends AsyncDisposable {
  path: string;
}

/** @param changes files in place of the good ones; null leaves a file out */
export async function planFolder(changes: Record<string, string | null> = {}): Promise<PlanFolder> {
  const path = await mkdtemp(join(tmpdir(), 'firebreak-plan-'));
  for (const [file, text] of Object.entries({ ...goodFiles, ...changes })) {
    if (text === null) continue;
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** What is wrong with the good folder after these changes, as people read it. */
export async function problemsOf(changes: Record<string, string | null>): Promise<string[]> {
  await using folder = await planFolder(changes);
  const checked = await checkPlan(folder.path);
  return checked.ok ? [] : checked.problems.map(describeProblem);
}
