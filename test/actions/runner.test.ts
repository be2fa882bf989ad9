import { describe, expect, it } from 'vitest';
import { ActionError } from '../../src/actions/action.ts';
import { runAction } from '../../src/actions/runner.ts';
import type { FaultSite } from '../../src/fault-sites.ts';
import { ledgerAction, linesOf } from './ledger-action.ts';
import { crashOnceAt, ledger, options, useLedger } from './ledger-world.ts';

const world = useLedger();

describe('runAction', () => {
  it('records the intent, applies, reads back and records the outcome', async () => {
    const outcome = await runAction(ledger, world.params, options());
    expect(outcome).toEqual({
      state: 'applied',
      detail: 'Wrote a',
      evidence: { line: 'a' },
      readBack: 'The line is there',
    });
    expect(world.journal.entries).toEqual(['intent i1/block', 'applied i1/block']);
  });

  it('does nothing twice for one key', async () => {
    const first = await runAction(ledger, world.params, options());
    expect(await runAction(ledger, world.params, options())).toEqual(first);
    expect(await linesOf(world.params.file)).toEqual(['+a']);
  });

  it.each<FaultSite>(['action.before-intent', 'action.after-intent', 'action.after-apply', 'action.after-outcome'])(
    'has one effect and one outcome after a crash at %s',
    async (site) => {
      crashOnceAt(site);
      await expect(runAction(ledger, world.params, options())).rejects.toThrow('crash');
      expect(await runAction(ledger, world.params, options())).toMatchObject({
        state: 'applied',
        evidence: { line: 'a' },
      });
      expect(await linesOf(world.params.file)).toEqual(['+a']);
    },
  );

  it('asks a person, and applies nothing, when an action that is not idempotent was cut short', async () => {
    const once = ledgerAction({ idempotent: false });
    crashOnceAt('action.after-intent');
    await expect(runAction(once, world.params, options())).rejects.toThrow('crash');
    const outcome = await runAction(once, world.params, options());
    expect(outcome).toMatchObject({ state: 'unknown', failure: { code: 'attempt_cut_short' } });
    expect(await linesOf(world.params.file)).toEqual([]);
    expect(await runAction(once, world.params, options())).toEqual(outcome);
  });

  it('applies nothing when the intent cannot be written', async () => {
    world.journal.intent = async () => {
      throw new Error('Postgres is down');
    };
    await expect(runAction(ledger, world.params, options())).rejects.toThrow('Postgres is down');
    expect(await linesOf(world.params.file)).toEqual([]);
  });

  it('records a refusal with its code and touches nothing', async () => {
    const outcome = await runAction(ledger, { ...world.params, line: 'forbidden' }, options());
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'forbidden_line' } });
    expect(world.journal.entries).toEqual(['refused i1/block']);
    expect(await linesOf(world.params.file)).toEqual([]);
  });

  it('refuses parameters that are wrong, naming each', async () => {
    const outcome = await runAction(ledger, { file: 7, line: 'a' }, options());
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'params_invalid' } });
    expect(outcome.detail).toContain('file: Invalid input: expected string');
  });

  it('simulates without an intent, and says so, in a drill and where no target is named', async () => {
    const drill = await runAction(ledger, world.params, options({ mode: 'simulate' }));
    expect(drill).toEqual({ state: 'simulated', detail: 'Simulated: would write a' });
    const untargeted = await runAction(ledgerAction({ live: () => false }), world.params, options({ key: 'i2/block' }));
    expect(untargeted.detail).toBe('Simulated: would write a (the targets file names no real target for it)');
    expect(world.journal.entries).toEqual(['simulated i1/block', 'simulated i2/block']);
    expect(await linesOf(world.params.file)).toEqual([]);
  });

  it('believes the world, not the error, when an apply fails after it took effect', async () => {
    const lostAnswer = ledgerAction({
      async apply(given, context) {
        await ledger.apply(given, context);
        throw new Error('connection reset');
      },
    });
    expect(await runAction(lostAnswer, world.params, options())).toMatchObject({
      state: 'applied',
      evidence: { line: 'a' },
    });
  });

  it('says failed when the world shows no effect, and unknown when it cannot be read', async () => {
    const lying = ledgerAction({ apply: async () => ({ detail: 'Wrote a', evidence: null }) });
    expect(await runAction(lying, world.params, options())).toMatchObject({
      state: 'failed',
      failure: { code: 'not_seen' },
    });
    const blind = ledgerAction({
      async verify() {
        throw new Error('no route to host');
      },
    });
    const outcome = await runAction(blind, world.params, options({ key: 'i2/block' }));
    expect(outcome).toMatchObject({ state: 'unknown', evidence: { line: 'a' } });
    expect(outcome.detail).toContain('no route to host');
  });

  it('takes the word of a target that says it did nothing', async () => {
    const outcome = await runAction(ledger, { ...world.params, line: 'broken' }, options());
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'disk_full' } });
  });

  it('stops waiting for an apply that does not end, and does not claim that it failed', async () => {
    const stuck = ledgerAction({ timeoutMs: 20, apply: () => new Promise(() => {}) });
    const outcome = await runAction(stuck, world.params, options());
    expect(outcome).toMatchObject({ state: 'unknown', failure: { code: 'timed_out' } });
  }, 10_000);

  it('reads back what a cancelled attempt did', async () => {
    const cancel = new AbortController();
    const slow = ledgerAction({
      apply: (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    setTimeout(() => cancel.abort(), 20);
    const outcome = await runAction(slow, world.params, options({ signal: cancel.signal }));
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'cancelled' } });
  });

  it('refuses a key that already names another effect', async () => {
    await runAction(ledger, world.params, options());
    await expect(runAction(ledger, { ...world.params, line: 'b' }, options())).rejects.toMatchObject({
      code: 'effect_key_reused',
    });
  });

  it('gives two attempts at once one outcome', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => runAction(ledger, world.params, options())));
    expect(new Set(outcomes.map((outcome) => outcome.state))).toEqual(new Set(['applied']));
    expect(world.journal.entries.filter((entry) => entry === 'intent i1/block')).toHaveLength(1);
  });

  it('records what a check found, without an intent', async () => {
    const check = ledgerAction({ kind: 'check' });
    expect(await runAction(check, world.params, options())).toMatchObject({ state: 'check_passed', detail: 'Wrote a' });
    const failing = ledgerAction({
      kind: 'check',
      async apply() {
        throw new ActionError('unhealthy', 'The service answers 500', { evidence: { status: 500 } });
      },
    });
    expect(await runAction(failing, world.params, options({ key: 'i2/check' }))).toMatchObject({
      state: 'check_failed',
      failure: { code: 'unhealthy' },
      evidence: { status: 500 },
    });
    expect(world.journal.entries).toEqual(['check_passed i1/block', 'check_failed i2/check']);
  });

  it('keeps hostile text in a detail to one bounded line', async () => {
    const line = `\u202e\n${'x'.repeat(2_000)}`;
    const outcome = await runAction(ledger, { ...world.params, line }, options({ mode: 'simulate' }));
    expect(outcome.detail).toMatch(/^Simulated: would write x+…$/);
    expect(outcome.detail.length).toBeLessThanOrEqual(500);
  });

  it.each(['\u0000', '\ud800'])('refuses text that no store can keep', async (line) => {
    const outcome = await runAction(ledger, { ...world.params, line }, options());
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'params_invalid' } });
    expect(world.journal.records.get('i1/block')?.effect.params).toBeNull();
  });
});
