import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { descriptions } from '../../src/actions/descriptions/index.ts';
import { actionNamed, actions } from '../../src/actions/index.ts';
import { checkAction } from '../../src/actions/plan-check.ts';
import { extendAction, runAction } from '../../src/actions/runner.ts';
import { noTargets, type Targets } from '../../src/actions/targets.ts';
import { readBack, undoAction } from '../../src/actions/undo.ts';
import { canonicalJson, type Json } from '../../src/core/canonical.ts';
import { armSite } from '../../src/fault-sites.ts';
import { type MemoryJournal, memoryJournal } from '../actions/memory-journal.ts';
import { openFacts, runOptions } from '../actions/options.ts';
import type { ActionFixture, World } from './action-fixture.ts';

const naughtyFile = resolve(import.meta.dirname, '../../../shared/data/hostile/naughty-strings.json');
const ownNaughty = [
  '',
  ' ',
  '-rf',
  '--',
  '$(reboot)',
  '`reboot`',
  '; reboot',
  '| cat',
  '\n',
  '../..',
  '%s',
  '__proto__',
  'constructor',
  '\u202e',
  '\0',
  '\ud800',
  "'",
  '"',
  '{name}',
  'ﷺ',
  '👾',
];
const naughty: string[] = [
  ...ownNaughty,
  ...(existsSync(naughtyFile) ? JSON.parse(readFileSync(naughtyFile, 'utf8')) : []),
];

const fixtures = new Map(
  await Promise.all(
    [...actions.keys()].map(async (name) => {
      const { fixture } = (await import(`./fixtures/actions/${name}.ts`)) as { fixture: ActionFixture };
      return [name, fixture] as const;
    }),
  ),
);

function fixtureOf(name: string): ActionFixture {
  const fixture = fixtures.get(name);
  if (fixture === undefined) throw new Error(`${name} has no fixture`);
  return fixture;
}

describe.each([...actions.keys()])('the action %s', (name) => {
  const action = actionNamed(name);
  const fixture = fixtureOf(name);
  const problemsOf = (params: unknown) => {
    const check = checkAction(name, params, openFacts);
    return check.ok ? [] : check.problems;
  };

  it('says what it is', () => {
    expect(action.name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(action.title).toMatch(/^[A-Z]/);
    if (action.d3fend !== undefined) expect(action.d3fend).toMatch(/^D3-[A-Z]+$/);
    expect(action.timeoutMs).toBeGreaterThan(0);
    if (action.kind === 'containment') expect(action.undo).toBeTypeOf('function');
    const { undo, refuse: _, ...described } = descriptions.get(name) ?? {};
    expect(action).toMatchObject(described);
    expect(undo === true).toBe(action.undo !== undefined);
  });

  it.each(fixture.wrong)('does not take %j, and says what is right', (params, problem) => {
    expect(problemsOf(params).join('; ')).toMatch(problem);
  });

  it('takes or refuses any JSON without an accident', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (params) => {
        const outcome = await runAction(action, params as Json, runOptions({ mode: 'simulate' }));
        expect(['refused', 'simulated']).toContain(outcome.state);
        if (outcome.state === 'refused') expect(outcome.detail.length).toBeGreaterThan(10);
      }),
      { numRuns: 200 },
    );
  });

  it('takes or refuses every hostile text, and says one clean line about it', async () => {
    for (const params of naughty.flatMap((text) => fixture.hostile(text))) {
      const outcome = await runAction(action, params, runOptions({ mode: 'simulate' }));
      expect(['refused', 'simulated'], `${JSON.stringify(params)}: ${outcome.detail}`).toContain(outcome.state);
      expect(outcome.detail).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(outcome.detail.length).toBeLessThanOrEqual(500);
    }
  });

  describe.skipIf(fixture.missing)(
    `in its world${fixture.missing === undefined ? '' : ` (skipped: ${fixture.missing})`}`,
    () => {
      let world: World;
      let journal: MemoryJournal;
      afterEach(async () => {
        armSite(undefined);
        await world.remove();
      });
      const enter = async () => {
        world = await fixture.world();
        journal = memoryJournal();
        return world;
      };
      const live = (targets: Targets = world.targets) => runOptions({ targets, journal, key: 'i1/step' });
      const done = action.kind === 'check' ? 'check_passed' : 'applied';

      it('has one target, description and canonical form for its parameters', async () => {
        const { params } = await enter();
        const check = checkAction(name, params, openFacts);
        if (!check.ok) throw new Error(check.problems.join('; '));
        expect(checkAction(name, check.params, openFacts)).toEqual(check);
        expect(check.target).toMatch(/^[a-z]+:\S+$/);
        expect(check.description).toMatch(/^[A-Z][^\n]*$/);
        expect(check.reversible).toBe(action.undo !== undefined);
        const real = action.realTargets?.(world.targets) ?? [];
        expect(real === 'any' || real.includes(check.target)).toBe(true);
        expect(action.realTargets?.(noTargets) ?? []).toEqual([]);
        expect(canonicalJson(check.params)).toBe(canonicalJson(action.params.parse(check.params)));
      });

      it('touches nothing when it simulates', async () => {
        const { params } = await enter();
        const before = await world.state();
        const outcome = await runAction(action, params, { ...live(), mode: 'simulate' });
        expect(outcome.detail).toMatch(/^Simulated: would /);
        expect(await runAction(action, params, { ...live(noTargets), key: 'i2/step' })).toMatchObject({
          state: 'simulated',
        });
        expect(await world.state()).toBe(before);
      });

      it('is applied, read back, and there once however often it is asked for', async () => {
        const { params } = await enter();
        const outcome = await runAction(action, params, live());
        expect(outcome, outcome.detail).toMatchObject({ state: done });
        const after = await world.state();
        expect(await runAction(action, params, live())).toEqual(outcome);
        if (action.kind !== 'check') expect(await readBack(action, live())).toMatchObject({ state: 'applied' });
        expect(await world.state()).toBe(after);
        if (world.effects !== undefined) expect(await world.effects('i1/step')).toBe(1);
      });

      it('is there once when the attempt died after it was applied', async () => {
        const { params } = await enter();
        armSite((site) => {
          if (site !== 'action.after-apply') return;
          armSite(undefined);
          throw new Error('crash');
        });
        await expect(runAction(action, params, live())).rejects.toThrow('crash');
        const outcome = await runAction(action, params, live());
        expect(outcome, outcome.detail).toMatchObject({ state: done });
        // A check only reads, so it is simply made again.
        if (world.effects !== undefined && action.kind !== 'check') expect(await world.effects('i1/step')).toBe(1);
      });

      it('applied twice by two attempts at once is applied', async () => {
        const { params } = await enter();
        const outcomes = await Promise.all([runAction(action, params, live()), runAction(action, params, live())]);
        expect(outcomes.map((outcome) => outcome.state)).toEqual([done, done]);
      });

      // Registered only where they apply: a skip would read as something that this machine lacks.
      const whereUndone = action.undo === undefined ? () => {} : it;
      const whereHeld = action.kind === 'containment' ? it : () => {};

      whereUndone('leaves what was there before when it is undone, once', async () => {
        const { params } = await enter();
        const before = await world.state();
        await runAction(action, params, live());
        const undone = await undoAction(action, params, live());
        expect(undone, undone.detail).toMatchObject({ state: 'undone' });
        expect(await world.state()).toBe(before);
        expect(await undoAction(action, params, live())).toEqual(undone);
        expect(await runAction(action, params, live())).toMatchObject({ state: 'applied' });
        expect(await world.state()).toBe(before);
      });

      whereUndone('is undone when what it did was never recorded', async () => {
        const { params } = await enter();
        const before = await world.state();
        armSite((site) => {
          if (site === 'action.after-apply') throw new Error('crash');
        });
        await expect(runAction(action, params, live())).rejects.toThrow('crash');
        armSite(undefined);
        const undone = await undoAction(action, params, live());
        expect(undone, undone.detail).toMatchObject({ state: 'undone' });
        expect(await world.state()).toBe(before);
      });

      whereHeld('lasts longer when it is extended', async () => {
        const { params } = await enter();
        const inOneHour = new Date(Date.now() + 3_600_000).toISOString();
        const inTwoHours = new Date(Date.now() + 7_200_000).toISOString();
        await runAction(action, params, { ...live(), expiresAt: inOneHour });
        expect(await extendAction(action, { ...live(), expiresAt: inTwoHours })).toMatchObject({ state: 'applied' });
      });

      it('does no harm with hostile texts in a world where it is live', async () => {
        await enter();
        const before = await world.state();
        let round = 0;
        for (const params of naughty.filter((_, index) => index % 5 === 0).flatMap((text) => fixture.hostile(text))) {
          const key = `h${round++}/step`;
          const outcome = await runAction(action, params, { ...live(), key });
          expect(outcome.state, outcome.detail).not.toBe('unknown');
          if (action.undo !== undefined && outcome.state === 'applied')
            await undoAction(action, params, { ...live(), key });
        }
        if (action.kind !== 'check') expect(await world.state()).toBe(before);
      });
    },
  );
});

describe('the registry', () => {
  it('names the nearest action when there is none of that name', () => {
    expect(() => actionNamed('block_ipp')).toThrow('did you mean "block_ip"?');
    expect(() => actionNamed('reboot the world')).toThrow('the actions are block_ip, ');
  });

  it('has no action under the names that every object has', () => {
    expect(() => actionNamed('constructor')).toThrow('There is no action');
  });
});
