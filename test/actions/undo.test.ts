import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/actions/action.ts';
import { extendAction, runAction } from '../../src/actions/runner.ts';
import { readBack, undoAction } from '../../src/actions/undo.ts';
import { armSite, type FaultSite } from '../../src/fault-sites.ts';
import { ledgerAction, linesOf } from './ledger-action.ts';
import { crashOnceAt, ledger, options, useLedger } from './ledger-world.ts';

const world = useLedger();

describe('undoAction', () => {
  it('undoes once and reads back', async () => {
    await runAction(ledger, world.params, options());
    const outcome = await undoAction(ledger, world.params, options());
    expect(outcome).toMatchObject({ state: 'undone', detail: 'Took a back: the line is not there' });
    expect(await undoAction(ledger, world.params, options())).toEqual(outcome);
    expect(await linesOf(world.params.file)).toEqual(['+a', '-a']);
    expect(world.journal.entries.slice(2)).toEqual(['intent i1/block/undo', 'undone i1/block/undo']);
  });

  it.each<FaultSite>(['undo.before-intent', 'undo.after-intent', 'undo.after-apply', 'undo.after-outcome'])(
    'undoes once after a crash at %s',
    async (site) => {
      await runAction(ledger, world.params, options());
      crashOnceAt(site);
      await expect(undoAction(ledger, world.params, options())).rejects.toThrow('crash');
      expect(await undoAction(ledger, world.params, options())).toMatchObject({ state: 'undone' });
      expect(await linesOf(world.params.file)).toEqual(['+a', '-a']);
    },
  );

  it('undoes what an attempt that was cut short had applied', async () => {
    crashOnceAt('action.after-apply');
    await expect(runAction(ledger, world.params, options())).rejects.toThrow('crash');
    expect(await undoAction(ledger, world.params, options())).toMatchObject({ state: 'undone' });
    expect(await linesOf(world.params.file)).toEqual(['+a', '-a']);
  });

  it('leaves nothing to apply later when the undo comes first', async () => {
    expect(await undoAction(ledger, world.params, options())).toMatchObject({ state: 'undone' });
    expect(await runAction(ledger, world.params, options())).toMatchObject({
      state: 'refused',
      refusal: { code: 'already_undone' },
    });
    expect(await linesOf(world.params.file)).toEqual([]);
  });

  it('keeps what another containment of the same target still holds', async () => {
    await runAction(ledger, world.params, options({ key: 'i1/block' }));
    await runAction(ledger, world.params, options({ key: 'i2/block' }));
    const first = await undoAction(ledger, world.params, options({ key: 'i1/block' }));
    expect(first).toMatchObject({ state: 'undone', stillHeldBy: ['i2/block'] });
    expect(await readBack(ledger, options({ key: 'i2/block' }))).toMatchObject({ state: 'applied' });
    expect(await undoAction(ledger, world.params, options({ key: 'i2/block' }))).toMatchObject({ state: 'undone' });
    expect(await readBack(ledger, options({ key: 'i2/block' }))).toMatchObject({ state: 'absent' });
  });

  it('puts the effect back when another containment took hold while it was undone', async () => {
    await runAction(ledger, world.params, options({ key: 'i1/block' }));
    const racing = ledgerAction({
      async undo(given, evidence, context) {
        await runAction(ledger, world.params, options({ key: 'i2/block' }));
        return ledger.undo?.(given, evidence, context) ?? { detail: '', evidence: null };
      },
    });
    const outcome = await undoAction(racing, world.params, options({ key: 'i1/block' }));
    expect(outcome).toMatchObject({ state: 'undone', stillHeldBy: ['i2/block'] });
    expect(await readBack(ledger, options({ key: 'i2/block' }))).toMatchObject({ state: 'applied' });
  });

  it('tries again after it failed', async () => {
    await runAction(ledger, world.params, options());
    const failing = ledgerAction({
      async undo() {
        throw new Error('permission denied');
      },
    });
    expect(await undoAction(failing, world.params, options())).toMatchObject({ state: 'failed' });
    expect(await undoAction(ledger, world.params, options())).toMatchObject({ state: 'undone' });
  });

  it('has nothing to undo of what was refused or simulated', async () => {
    await runAction(ledger, { ...world.params, line: 'forbidden' }, options());
    expect(await undoAction(ledger, world.params, options())).toMatchObject({ state: 'undone' });
    await runAction(ledger, world.params, options({ key: 'i2/block', mode: 'simulate' }));
    expect(await undoAction(ledger, world.params, options({ key: 'i2/block' }))).toMatchObject({ state: 'simulated' });
    expect(await linesOf(world.params.file)).toEqual([]);
  });

  it('refuses to undo what has no undo', async () => {
    const { undo: _, ...rest } = ledger;
    const irreversible: Action = rest;
    await runAction(irreversible, world.params, options());
    expect(await undoAction(irreversible, world.params, options())).toMatchObject({
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
    await runAction(timed, world.params, options({ expiresAt: '2026-11-24T10:00:00Z' }));
    const later = { ...options(), expiresAt: '2026-11-24T12:00:00Z' };
    expect(await extendAction(timed, later)).toMatchObject({ state: 'applied' });
    await extendAction(timed, later);
    expect(ends).toEqual(['2026-11-24T10:00:00Z', '2026-11-24T12:00:00Z']);
  });

  it('does not bring back what was undone', async () => {
    await runAction(ledger, world.params, options());
    await undoAction(ledger, world.params, options());
    const outcome = await extendAction(ledger, { ...options(), expiresAt: '2026-11-24T12:00:00Z' });
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'already_undone' } });
    expect(await linesOf(world.params.file)).toEqual(['+a', '-a']);
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
        const here = { file: join(world.folder, `ledger-${round}`), line: 'a' };
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
