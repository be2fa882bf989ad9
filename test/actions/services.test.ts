import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpCheck } from '../../src/actions/http-check.ts';
import { restartService } from '../../src/actions/restart-service.ts';
import { rollbackService } from '../../src/actions/rollback-service.ts';
import { runAction } from '../../src/actions/runner.ts';
import { requestRestart, startSupervisor } from '../../src/actions/supervisor/client.ts';
import type { ProcessService } from '../../src/actions/targets.ts';
import { readBack, undoAction } from '../../src/actions/undo.ts';
import { armSite } from '../../src/fault-sites.ts';
import { type MemoryJournal, memoryJournal } from './memory-journal.ts';
import { openFacts, runOptions } from './options.ts';
import { type ServiceFixture, serviceFixture } from './service-fixture.ts';

let fixture: ServiceFixture;
let journal: MemoryJournal;
const params = { service: 'checkout' };

beforeEach(async () => {
  fixture = await serviceFixture();
  journal = memoryJournal();
});
afterEach(async () => {
  armSite(undefined);
  await fixture.remove();
});

const live = (key: string) => runOptions({ key, targets: fixture.targets, journal });
const healthy = async (withinMs = 5_000) => {
  const check = { service: 'checkout', json: { pointer: '/status', equals: 'ok' }, withinMs, intervalMs: 20 };
  return (await runAction(httpCheck, check, runOptions({ targets: fixture.targets }))).state === 'check_passed';
};
const answer = async () => (await fetch(fixture.health)).json() as Promise<{ release: string; pid: number }>;

function service(): ProcessService {
  const found = fixture.targets.services.get('checkout');
  if (found?.supervisor !== 'process') throw new Error('the fixture has no process service');
  return found;
}

describe('restart_service', () => {
  it('starts a service whose supervisor is not there, with one start', async () => {
    const outcome = await runAction(restartService, params, live('i1/restart'));
    expect(outcome).toMatchObject({ state: 'applied' });
    expect(await healthy()).toBe(true);
    expect((await fixture.events()).map((event) => event.event)).toEqual(['started']);
    expect(await fixture.startsFor('i1/restart')).toBe(1);
  });

  it('replaces the running process, once for one key', async () => {
    await runAction(restartService, params, live('i1/restart'));
    expect(await healthy()).toBe(true);
    const before = await answer();
    expect(await runAction(restartService, params, live('i2/restart'))).toMatchObject({ state: 'applied' });
    expect(await healthy()).toBe(true);
    const after = await answer();
    expect(after.pid).not.toBe(before.pid);
    expect(await requestRestart(service(), 'i2/restart', AbortSignal.timeout(5_000))).toMatchObject({ repeated: true });
    expect(await answer()).toEqual(after);
    expect(await fixture.startsFor('i2/restart')).toBe(1);
  });

  it.each(['action.after-intent', 'action.after-apply'] as const)(
    'restarts once through a crash at %s',
    async (site) => {
      armSite((passing) => {
        if (passing !== site) return;
        armSite(undefined);
        throw new Error('crash');
      });
      await expect(runAction(restartService, params, live('i1/restart'))).rejects.toThrow('crash');
      expect(await runAction(restartService, params, live('i1/restart'))).toMatchObject({ state: 'applied' });
      expect(await fixture.startsFor('i1/restart')).toBe(1);
    },
  );

  it('fails when the service ends as soon as it is started', async () => {
    const broken: ProcessService = { ...service(), command: ['/bin/false'] };
    const targets = { ...fixture.targets, services: new Map([['checkout', broken]]) };
    const outcome = await runAction(restartService, params, runOptions({ targets, journal }));
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'not_seen' } });
    expect(outcome.detail).toMatch(/was restarted and does not run: process \d+/);
  });

  it('refuses a service that the plan protects', async () => {
    const facts = { ...openFacts, protected: { ...openFacts.protected, services: ['checkout'] } };
    const outcome = await runAction(restartService, params, { ...live('i1/restart'), facts });
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'protected_service' } });
    expect(await fixture.events()).toEqual([]);
  });

  it('simulates a service that the targets file does not name', async () => {
    const outcome = await runAction(restartService, { service: 'billing' }, live('i1/restart'));
    expect(outcome).toMatchObject({ state: 'simulated' });
  });
});

describe('the supervisor', () => {
  it('starts a service again that crashed', async () => {
    await runAction(restartService, params, live('i1/restart'));
    expect(await healthy()).toBe(true);
    const before = await answer();
    await fixture.kill('service');
    expect(await healthy()).toBe(true);
    expect((await answer()).pid).not.toBe(before.pid);
    // It answers before its supervisor has written that it runs.
    await expect.poll(() => readBack(restartService, live('i1/restart'))).toMatchObject({ state: 'applied' });
  });

  it('ends what a killed supervisor left running, and serves no request twice', async () => {
    await runAction(restartService, params, live('i1/restart'));
    expect(await healthy()).toBe(true);
    await fixture.kill('supervisor');
    await requestRestart(service(), 'i1/restart', AbortSignal.timeout(10_000));
    expect(await healthy()).toBe(true);
    const events = await fixture.events();
    expect(events.filter((event) => event.reason === 'orphan')).toHaveLength(1);
    expect(await fixture.startsFor('i1/restart')).toBe(1);
  });

  it('is alone with its directory', async () => {
    await runAction(restartService, params, live('i1/restart'));
    startSupervisor(service());
    await expect
      .poll(() => readFile(join(fixture.directory, 'service.log'), 'utf8'), { timeout: 5_000 })
      .toContain('has a supervisor already');
    expect((await fixture.events()).filter((event) => event.event === 'started')).toHaveLength(1);
  });
});

describe('rollback_service', () => {
  beforeEach(async () => {
    await fixture.addRelease('v11', 'broken');
    await fixture.deploy('v11');
    await runAction(restartService, params, live('i0/deploy'));
  });

  it('replaces a broken release by the one before, whose health check then passes; undo puts it forward again', async () => {
    expect(await healthy(300)).toBe(false);
    const outcome = await runAction(rollbackService, params, live('i1/rollback'));
    expect(outcome).toMatchObject({ state: 'applied', evidence: { from: 'v11', to: 'v10' } });
    expect(await healthy()).toBe(true);
    expect(await answer()).toMatchObject({ release: 'v10' });
    expect(await undoAction(rollbackService, params, live('i1/rollback'))).toMatchObject({ state: 'undone' });
    expect(await fixture.current()).toBe('v11');
    expect(await healthy(300)).toBe(false);
    expect(await fixture.startsFor('i1/rollback')).toBe(1);
    expect(await fixture.startsFor('i1/rollback/undo')).toBe(1);
  });

  it('goes to a named release', async () => {
    const outcome = await runAction(rollbackService, { ...params, release: 'v9' }, live('i1/rollback'));
    expect(outcome).toMatchObject({ state: 'applied', evidence: { to: 'v9' } });
    expect(await fixture.current()).toBe('v9');
  });

  it.each(['action.after-intent', 'action.after-apply'] as const)(
    'goes back by one release only, through a crash at %s',
    async (site) => {
      armSite((passing) => {
        if (passing !== site) return;
        armSite(undefined);
        throw new Error('crash');
      });
      await expect(runAction(rollbackService, params, live('i1/rollback'))).rejects.toThrow('crash');
      expect(await runAction(rollbackService, params, live('i1/rollback'))).toMatchObject({ state: 'applied' });
      expect(await fixture.current()).toBe('v10');
      expect(await fixture.startsFor('i1/rollback')).toBe(1);
    },
  );

  it('undoes what an attempt that was cut short had switched', async () => {
    armSite((site) => {
      if (site === 'action.after-apply') throw new Error('crash');
    });
    await expect(runAction(rollbackService, params, live('i1/rollback'))).rejects.toThrow('crash');
    armSite(undefined);
    expect(await undoAction(rollbackService, params, live('i1/rollback'))).toMatchObject({ state: 'undone' });
    expect(await fixture.current()).toBe('v11');
  });

  it('fails and switches nothing when there is no such release', async () => {
    const outcome = await runAction(rollbackService, { ...params, release: 'v8' }, live('i1/rollback'));
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'release_missing' } });
    expect(outcome.detail).toContain('there are v9, v10, v11');
    expect(await fixture.current()).toBe('v11');
  });

  it('does not undo over a release that somebody deployed since', async () => {
    await runAction(rollbackService, params, live('i1/rollback'));
    await fixture.addRelease('v12', 'good');
    await fixture.deploy('v12');
    const outcome = await undoAction(rollbackService, params, live('i1/rollback'));
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'deployed_since' } });
    expect(await fixture.current()).toBe('v12');
  });
});
