// An attempt whose heartbeats did not get through, as when Temporal was away, is alive all the same.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { containmentActivities } from '../../activities/containment.ts';
import { runCommand } from '../../src/actions/run-command.ts';
import { parseTargets } from '../../src/actions/targets.ts';
import { decisionVerifier, newDecisionKeys } from '../../src/approvals/keys.ts';
import type { ApplyInput } from '../../src/contract/activities.ts';
import type { ActionOutcome } from '../../src/core/action-outcome.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { alertLike, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

import { plannedStep } from '../workflows/world.ts';

let db: FreshDatabase;
let log: string;
let activities: ReturnType<typeof containmentActivities>;
let input: ApplyInput;

beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

let count = 0;
beforeEach(async () => {
  count += 1;
  const [result] = await acceptAlerts(db.store, [
    requestOf([alertLike({ groupKey: `g${count}`, fingerprint: `f${count}` })]),
  ]);
  const incidentId = result?.opened[0] ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-attempts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  log = `${folder}/runs`;
  await writeFile(log, '');
  const script = `#!/bin/sh\nsleep 0.4\necho run >> ${log}\n`;
  await writeFile(`${folder}/slow.sh`, script, { mode: 0o755 });
  activities = containmentActivities({
    store: db.store,
    actions: new Map([['run_command', runCommand]]),
    targets: parseTargets(`commands: { slow: { binary: ${folder}/slow.sh } }`, 'targets.yaml'),
    guards: () => ({
      protected: { cidrs: [], hosts: [], users: [], services: [] },
      widestPrefix: { ipv4: 24, ipv6: 64 },
    }),
    blastRadius: () => [],
    decisionKey: decisionVerifier(newDecisionKeys().publicKey),
    now: () => new Date(),
  });
  const step = plannedStep({
    id: 'slow',
    action: 'run_command',
    kind: 'change',
    params: { command: 'slow', arguments: {} },
    target: 'command:slow',
    holdMs: null,
  });
  input = {
    incidentId,
    step,
    attempt: 1,
    planDigest: 'd1',
    approvalId: null,
    requestedBy: step.requestedBy,
    containmentId: null,
    expiresAt: null,
  };
});

const attempt = (environment = new MockActivityEnvironment()): Promise<ActionOutcome> =>
  environment.run(activities.applyAction, input);

test('a second attempt waits for the first one, and gets its outcome', async () => {
  const first = attempt();
  await sleep(150);
  const second = attempt();
  expect((await first).state).toBe('applied');
  expect(await second).toEqual(await first);
  expect(await readFile(log, 'utf8')).toBe('run\n');
});

test('that Temporal has given up is not cut short', async () => {
  const forgotten = new MockActivityEnvironment();
  const first = attempt(forgotten);
  await sleep(150);
  forgotten.cancel('NOT_FOUND');
  expect((await first).state).toBe('applied');
});

test('is ended when its worker shuts down', async () => {
  const stopped = new MockActivityEnvironment();
  const first = attempt(stopped);
  await sleep(150);
  stopped.cancel('WORKER_SHUTDOWN');
  expect((await first).state).not.toBe('applied');
  expect(await readFile(log, 'utf8')).toBe('');
});
