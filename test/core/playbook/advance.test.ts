import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyNode, type FlowNode } from '../../../src/core/incident/flow.ts';
import { advance } from '../../../src/core/playbook/advance.ts';
import { plannedStep } from '../../workflows/world.ts';
import { fates, flows, run } from './arbitrary-flows.ts';

const order = fc.infiniteStream(fc.nat(1_000)).map((stream) => {
  const drawn: number[] = [];
  let at = 0;
  // The same draws again for each run of a comparison.
  return () => {
    at = 0;
    return () => {
      while (drawn.length <= at) drawn.push(stream.next().value ?? 0);
      at += 1;
      return drawn[at - 1] ?? 0;
    };
  };
});

/** Which items begin after one failed depends on what ends first; without that nothing depends on it. */
const steady = flows.map((nodes) => {
  for (const node of everyNode(nodes)) if (node.type === 'for_each') node.stopsOnFailure = false;
  return nodes;
});

const first = () => 0;
const runs = { numRuns: 400 };

describe('a random playbook', () => {
  it('terminates, whatever fails and in whatever order things end', () => {
    fc.assert(
      fc.property(flows, fates, order, (nodes, fate, picks) => {
        expect(run(nodes, fate, { pick: picks() }).result).toMatch(/done|failed/);
      }),
      runs,
    );
  });

  it('never applies a step twice, and none that was skipped', () => {
    fc.assert(
      fc.property(flows, fates, order, (nodes, fate, picks) => {
        const { effects, state } = run(nodes, fate, { pick: picks() });
        expect(new Set(effects).size).toBe(effects.length);
        const skipped = everyNode(nodes, state.late).filter(({ skip }) => skip);
        expect(effects.filter((effect) => skipped.some(({ id }) => effect.startsWith(`${id}/`)))).toEqual([]);
      }),
      runs,
    );
  });

  it('retries no more often than the step says', () => {
    fc.assert(
      fc.property(flows, order, (nodes, picks) => {
        const { effects, state } = run(nodes, () => 'failed', { pick: picks() });
        for (const node of everyNode(nodes, state.late)) {
          const tries = effects.filter((effect) => effect.startsWith(`${node.id}/`)).length;
          if (node.type === 'action') expect(tries).toBeLessThanOrEqual(node.retry.attempts);
        }
      }),
      runs,
    );
  });

  it('comes to the same end with the same effects after any interruption as without one', () => {
    fc.assert(
      fc.property(steady, fates, order, fc.integer({ min: 1, max: 5 }), (nodes, fate, picks, every) => {
        const whole = run(nodes, fate, { pick: picks() });
        const cut = run(nodes, fate, { pick: picks(), interrupts: (ended) => ended % every === 0 });
        expect(cut.result).toBe(whole.result);
        expect([...cut.effects].sort()).toEqual([...whole.effects].sort());
        expect(JSON.parse(JSON.stringify(cut.state.steps))).toEqual(JSON.parse(JSON.stringify(whole.state.steps)));
      }),
      runs,
    );
  });

  it('goes on from its state as JSON, as a run that continues as new does', () => {
    fc.assert(
      fc.property(steady, fates, fc.integer({ min: 1, max: 8 }), (nodes, fate, after) => {
        const whole = run(nodes, fate, { pick: first });
        const stopped = run(nodes, fate, { pick: first, cutAfter: after });
        const rest = run(nodes, fate, { pick: first, from: JSON.parse(JSON.stringify(stopped.state)) });
        expect(rest.result).toBe(whole.result);
        expect([...stopped.effects, ...rest.effects].sort()).toEqual([...whole.effects].sort());
      }),
      runs,
    );
  });

  it('undoes only what was applied, each once', () => {
    fc.assert(
      fc.property(flows, fates, order, (nodes, fate, picks) => {
        const { undone, effects } = run(nodes, fate, { pick: picks() });
        const all = undone.flat();
        expect(new Set(all).size).toBe(all.length);
        for (const ids of undone) {
          const applied = ids.map((id) => effects.findIndex((effect) => effect.startsWith(`${id}/`)));
          expect(applied.every((at) => at >= 0)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('undoes one after the other in the exact reverse of the order in which they were applied', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), (isAction) => {
        const nodes = isAction.map((is, index): FlowNode => {
          const own = plannedStep({ id: `s${index}` });
          return is ? own : { ...own, type: 'set', scope: '*', values: {} };
        });
        const last: FlowNode = plannedStep({ id: 'last', onFailure: 'undo' });
        const { undone } = run([...nodes, last], (id) => (id === 'last' ? 'failed' : 'done'), { pick: first });
        const applied = nodes.filter(({ type }) => type === 'action').map(({ id }) => id);
        expect(undone).toEqual([applied.reverse()]);
      }),
    );
  });

  it('keeps to the number of items at once', () => {
    fc.assert(
      fc.property(flows, fates, order, (nodes, fate, picks) => {
        const { most, state } = run(nodes, fate, { pick: picks() });
        for (const node of everyNode(nodes, state.late)) {
          if (node.type === 'for_each') expect(most.get(node.id) ?? 0).toBeLessThanOrEqual(node.atOnce);
        }
      }),
      runs,
    );
  });

  it('starts nothing more once it is stopped, and comes to an end', () => {
    fc.assert(
      fc.property(flows, fates, fc.integer({ min: 0, max: 6 }), (nodes, fate, after) => {
        const stopped = run(nodes, fate, { pick: first, cutAfter: after });
        const begun = new Set(Object.keys(stopped.state.steps));
        const rest = run(nodes, fate, { pick: first, stopped: true, from: stopped.state });
        const ids = rest.effects.map((effect) => effect.replace(/\/\d+$/, ''));
        expect(ids.filter((id) => !begun.has(id))).toEqual([]);
      }),
      runs,
    );
  });

  it('starts nothing more in a group whose time is up', () => {
    fc.assert(
      fc.property(flows, fates, fc.integer({ min: 0, max: 4 }), (nodes, fate, timeUpAfter) => {
        const { result, state } = run(nodes, fate, { pick: first, timeUpAfter });
        expect(result).toMatch(/done|failed/);
        const late = everyNode(nodes, state.late).filter(({ id }) => state.steps[id]?.timedOut);
        for (const { id } of late) expect(state.steps[id]?.outcome).toBeDefined();
      }),
      runs,
    );
  });

  it('asks for nothing that is on record already', () => {
    fc.assert(
      fc.property(flows, fates, order, (nodes, fate, picks) => {
        const { state } = run(nodes, fate, { pick: picks() });
        const again = advance(nodes, state);
        expect([again.facts, again.ready]).toEqual([[], []]);
      }),
      runs,
    );
  });
});
