import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Action, ActionError } from '../../src/actions/action.ts';
import { type ApplyOptions, extendAction, runAction } from '../../src/actions/runner.ts';
import { noTargets } from '../../src/actions/targets.ts';
import { readBack, undoAction } from '../../src/actions/undo.ts';
import { armSite, type FaultSite } from '../../src/fault-sites.ts';
import { ledgerAction, linesOf } from './ledger-action.ts';
import { type MemoryJournal, memoryJournal } from './memory-journal.ts';

const facts = { protected: { cidrs: [], hosts: [], users: [], services: [] }, widestPrefix: { ipv4: 24, ipv6: 64 } };
const ledger = ledgerAction();
let folder: string;
let journal: MemoryJournal;
let params: { file: string; line: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-runner-'));
  journal = memoryJournal();
  params = { file: join(folder, 'ledger'), line: 'a' };
});
afterEach(async () => {
  armSite(undefined);
  await rm(folder, { recursive: true });
});

function options(change: Partial<ApplyOptions> = {}): ApplyOptions {
  return {
    key: 'i1/block',
    mode: 'live',
    targets: noTargets,
    facts,
    journal,
    signal: new AbortController().signal,
    progress: () => {},
    ...change,
  };
}

function crashOnceAt(site: FaultSite): void {
  armSite((passing) => {
    if (passing !== site) return;
    armSite(undefined);
    throw new Error(`crash at ${site}`);
  });
}

describe('runAction', () => {
  it('records the intent, applies, reads back and records the outcome', async () => {
    const outcome = await runAction(ledger, params, options());
    expect(outcome).toEqual({
      state: 'applied',
      detail: 'Wrote a',
      evidence: { line: 'a' },
      readBack: 'The line is there',
    });
    expect(journal.entries).toEqual(['intent i1/block', 'applied i1/block']);
  });

  it('does nothing twice for one key', async () => {
    const first = await runAction(ledger, params, options());
    expect(await runAction(ledger, params, options())).toEqual(first);
    expect(await linesOf(params.file)).toEqual(['+a']);
  });

  it.each<FaultSite>(['action.before-intent', 'action.after-intent', 'action.after-apply', 'action.after-outcome'])(
    'has one effect and one outcome after a crash at %s',
    async (site) => {
      crashOnceAt(site);
      await expect(runAction(ledger, params, options())).rejects.toThrow('crash');
      expect(await runAction(ledger, params, options())).toMatchObject({ state: 'applied', evidence: { line: 'a' } });
      expect(await linesOf(params.file)).toEqual(['+a']);
    },
  );

  it('asks a person, and applies nothing, when an action that is not idempotent was cut short', async () => {
    const once = ledgerAction({ idempotent: false });
    crashOnceAt('action.after-intent');
    await expect(runAction(once, params, options())).rejects.toThrow('crash');
    const outcome = await runAction(once, params, options());
    expect(outcome).toMatchObject({ state: 'unknown', failure: { code: 'attempt_cut_short' } });
    expect(await linesOf(params.file)).toEqual([]);
    expect(await runAction(once, params, options())).toEqual(outcome);
  });

  it('applies nothing when the intent cannot be written', async () => {
    journal.intent = async () => {
      throw new Error('Postgres is down');
    };
    await expect(runAction(ledger, params, options())).rejects.toThrow('Postgres is down');
    expect(await linesOf(params.file)).toEqual([]);
  });

  it('records a refusal with its code and touches nothing', async () => {
    const outcome = await runAction(ledger, { ...params, line: 'forbidden' }, options());
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'forbidden_line' } });
    expect(journal.entries).toEqual(['refused i1/block']);
    expect(await linesOf(params.file)).toEqual([]);
  });

  it('refuses parameters that are wrong, naming each', async () => {
    const outcome = await runAction(ledger, { file: 7, line: 'a' }, options());
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'params_invalid' } });
    expect(outcome.detail).toContain('file: Invalid input: expected string');
  });

  it('simulates without an intent, and says so, in a drill and where no target is named', async () => {
    const drill = await runAction(ledger, params, options({ mode: 'simulate' }));
    expect(drill).toEqual({ state: 'simulated', detail: 'Simulated: would write a' });
    const untargeted = await runAction(ledgerAction({ live: () => false }), params, options({ key: 'i2/block' }));
    expect(untargeted.detail).toBe('Simulated: would write a (the targets file names no real target for it)');
    expect(journal.entries).toEqual(['simulated i1/block', 'simulated i2/block']);
    expect(await linesOf(params.file)).toEqual([]);
  });

  it('believes the world, not the error, when an apply fails after it took effect', async () => {
    const lostAnswer = ledgerAction({
      async apply(given, context) {
        await ledger.apply(given, context);
        throw new Error('connection reset');
      },
    });
    expect(await runAction(lostAnswer, params, options())).toMatchObject({ state: 'applied', evidence: { line: 'a' } });
  });

  it('says failed when the world shows no effect, and unknown when it cannot be read', async () => {
    const lying = ledgerAction({ apply: async () => ({ detail: 'Wrote a', evidence: null }) });
    expect(await runAction(lying, params, options())).toMatchObject({ state: 'failed', failure: { code: 'not_seen' } });
    const blind = ledgerAction({
      async verify() {
        throw new Error('no route to host');
      },
    });
    const outcome = await runAction(blind, params, options({ key: 'i2/block' }));
    expect(outcome).toMatchObject({ state: 'unknown', evidence: { line: 'a' } });
    expect(outcome.detail).toContain('no route to host');
  });

  it('takes the word of a target that says it did nothing', async () => {
    const outcome = await runAction(ledger, { ...params, line: 'broken' }, options());
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'disk_full' } });
  });

  it('stops waiting for an apply that does not end, and does not claim that it failed', async () => {
    const stuck = ledgerAction({ timeoutMs: 20, apply: () => new Promise(() => {}) });
    const outcome = await runAction(stuck, params, options());
    expect(outcome).toMatchObject({ state: 'unknown', failure: { code: 'timed_out' } });
  }, 10_000);

  it('reads back what a cancelled attempt did', async () => {
    const cancel = new AbortController();
    const slow = ledgerAction({
      apply: (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    setTimeout(() => cancel.abort(), 20);
    const outcome = await runAction(slow, params, options({ signal: cancel.signal }));
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'cancelled' } });
  });

  it('refuses a key that already names another effect', async () => {
    await runAction(ledger, params, options());
    await expect(runAction(ledger, { ...params, line: 'b' }, options())).rejects.toMatchObject({
      code: 'effect_key_reused',
    });
  });

  it('gives two attempts at once one outcome', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => runAction(ledger, params, options())));
    expect(new Set(outcomes.map((outcome) => outcome.state))).toEqual(new Set(['applied']));
    expect(journal.entries.filter((entry) => entry === 'intent i1/block')).toHaveLength(1);
  });

  it('records what a check found, without an intent', async () => {
    const check = ledgerAction({ kind: 'check' });
    expect(await runAction(check, params, options())).toMatchObject({ state: 'check_passed', detail: 'Wrote a' });
    const failing = ledgerAction({
      kind: 'check',
      async apply() {
        throw new ActionError('unhealthy', 'The service answers 500', { evidence: { status: 500 } });
      },
    });
    expect(await runAction(failing, params, options({ key: 'i2/check' }))).toMatchObject({
      state: 'check_failed',
      failure: { code: 'unhealthy' },
      evidence: { status: 500 },
    });
    expect(journal.entries).toEqual(['check_passed i1/block', 'check_failed i2/check']);
  });

  it('keeps hostile text in a detail to one bounded line', async () => {
    const line = `\u202e\n${'x'.repeat(2_000)}`;
    const outcome = await runAction(ledger, { ...params, line }, options({ mode: 'simulate' }));
    expect(outcome.detail).toMatch(/^Simulated: would write x+…$/);
    expect(outcome.detail.length).toBeLessThanOrEqual(500);
  });

  it.each(['\u0000', '\ud800'])('refuses text that no store can keep', async (line) => {
    const outcome = await runAction(ledger, { ...params, line }, options());
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'params_invalid' } });
    expect(journal.records.get('i1/block')?.effect.params).toBeNull();
  });
});

describe('undoAction', () => {
  it('undoes once and reads back', async () => {
    await runAction(ledger, params, options());
    const outcome = await undoAction(ledger, params, options());
    expect(outcome).toMatchObject({ state: 'undone', detail: 'Took a back: the line is not there' });
    expect(await undoAction(ledger, params, options())).toEqual(outcome);
    expect(await linesOf(params.file)).toEqual(['+a', '-a']);
    expect(journal.entries.slice(2)).toEqual(['intent i1/block/undo', 'undone i1/block/undo']);
  });

  it.each<FaultSite>(['undo.before-intent', 'undo.after-intent', 'undo.after-apply', 'undo.after-outcome'])(
    'undoes once after a crash at %s',
    async (site) => {
      await runAction(ledger, params, options());
      crashOnceAt(site);
      await expect(undoAction(ledger, params, options())).rejects.toThrow('crash');
      expect(await undoAction(ledger, params, options())).toMatchObject({ state: 'undone' });
      expect(await linesOf(params.file)).toEqual(['+a', '-a']);
    },
  );

  it('undoes what an attempt that was cut short had applied', async () => {
    crashOnceAt('action.after-apply');
    await expect(runAction(ledger, params, options())).rejects.toThrow('crash');
    expect(await undoAction(ledger, params, options())).toMatchObject({ state: 'undone' });
    expect(await linesOf(params.file)).toEqual(['+a', '-a']);
  });

  it('leaves nothing to apply later when the undo comes first', async () => {
    expect(await undoAction(ledger, params, options())).toMatchObject({ state: 'undone' });
    expect(await runAction(ledger, params, options())).toMatchObject({
      state: 'refused',
      refusal: { code: 'already_undone' },
    });
    expect(await linesOf(params.file)).toEqual([]);
  });

  it('keeps what another containment of the same target still holds', async () => {
    await runAction(ledger, params, options({ key: 'i1/block' }));
    await runAction(ledger, params, options({ key: 'i2/block' }));
    const first = await undoAction(ledger, params, options({ key: 'i1/block' }));
    expect(first).toMatchObject({ state: 'undone', stillHeldBy: ['i2/block'] });
    expect(await readBack(ledger, options({ key: 'i2/block' }))).toMatchObject({ state: 'applied' });
    expect(await undoAction(ledger, params, options({ key: 'i2/block' }))).toMatchObject({ state: 'undone' });
    expect(await readBack(ledger, options({ key: 'i2/block' }))).toMatchObject({ state: 'absent' });
  });

  it('puts the effect back when another containment took hold while it was undone', async () => {
    await runAction(ledger, params, options({ key: 'i1/block' }));
    const racing = ledgerAction({
      async undo(given, evidence, context) {
        await runAction(ledger, params, options({ key: 'i2/block' }));
        return ledger.undo?.(given, evidence, context) ?? { detail: '', evidence: null };
      },
    });
    const outcome = await undoAction(racing, params, options({ key: 'i1/block' }));
    expect(outcome).toMatchObject({ state: 'undone', stillHeldBy: ['i2/block'] });
    expect(await readBack(ledger, options({ key: 'i2/block' }))).toMatchObject({ state: 'applied' });
  });

  it('tries again after it failed', async () => {
    await runAction(ledger, params, options());
    const failing = ledgerAction({
      async undo() {
        throw new Error('permission denied');
      },
    });
    expect(await undoAction(failing, params, options())).toMatchObject({ state: 'failed' });
    expect(await undoAction(ledger, params, options())).toMatchObject({ state: 'undone' });
  });

  it('has nothing to undo of what was refused or simulated', async () => {
    await runAction(ledger, { ...params, line: 'forbidden' }, options());
    expect(await undoAction(ledger, params, options())).toMatchObject({ state: 'undone' });
    await runAction(ledger, params, options({ key: 'i2/block', mode: 'simulate' }));
    expect(await undoAction(ledger, params, options({ key: 'i2/block' }))).toMatchObject({ state: 'simulated' });
    expect(await linesOf(params.file)).toEqual([]);
  });

  it('refuses to undo what has no undo', async () => {
    const { undo: _, ...rest } = ledger;
    const irreversible: Action = rest;
    await runAction(irreversible, params, options());
    expect(await undoAction(irreversible, params, options())).toMatchObject({
      state: 'refused',
      refusal: { code: 'not_reversible' },
    });
  });
});

describe('extendAction', () => {
  it('applies again for the later time, once for each time', async () => {
    const ends: (string | undefined)[] = [];
    const timed = ledgerAction({
      async apply(given, context) {
        ends.push(context.expiresAt);
        return ledger.apply(given, context);
      },
    });
    await runAction(timed, params, options({ expiresAt: '2026-11-24T10:00:00Z' }));
    const later = { ...options(), expiresAt: '2026-11-24T12:00:00Z' };
    expect(await extendAction(timed, later)).toMatchObject({ state: 'applied' });
    await extendAction(timed, later);
    expect(ends).toEqual(['2026-11-24T10:00:00Z', '2026-11-24T12:00:00Z']);
  });

  it('does not bring back what was undone', async () => {
    await runAction(ledger, params, options());
    await undoAction(ledger, params, options());
    const outcome = await extendAction(ledger, { ...options(), expiresAt: '2026-11-24T12:00:00Z' });
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'already_undone' } });
    expect(await linesOf(params.file)).toEqual(['+a', '-a']);
  });
});

describe('through any sequence of crashes', () => {
  const sites: FaultSite[] = [
    'action.before-intent',
    'action.after-intent',
    'action.after-apply',
    'action.after-outcome',
    'undo.before-intent',
    'undo.after-intent',
    'undo.after-apply',
    'undo.after-outcome',
  ];

  it('an effect is applied once and undone once', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...sites), { maxLength: 8 }), async (crashes) => {
        const key = `r${round++}/block`;
        const here = { file: join(folder, `ledger-${round}`), line: 'a' };
        const pending = [...crashes];
        armSite((site) => {
          if (pending[0] !== site) return;
          pending.shift();
          throw new Error('crash');
        });
        expect(await untilDone(() => runAction(ledger, here, options({ key })))).toMatchObject({ state: 'applied' });
        expect(await untilDone(() => undoAction(ledger, here, options({ key })))).toMatchObject({ state: 'undone' });
        expect(await linesOf(here.file)).toEqual(['+a', '-a']);
      }),
      { numRuns: 200 },
    );
  });

  async function untilDone<Value>(attempt: () => Promise<Value>): Promise<Value> {
    for (let tries = 0; tries < 10; tries++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'crash') throw error;
      }
    }
    throw new Error('did not end in 10 attempts');
  }
});
