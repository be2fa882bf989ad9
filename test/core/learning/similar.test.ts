import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedStep } from '../../../src/core/incident/plan.ts';
import { openIncident, type StepProgress } from '../../../src/core/incident/state.ts';
import {
  type Candidate,
  type Likeness,
  mostAlike,
  similarWords,
  whatWorked,
} from '../../../src/core/learning/similar.ts';

const mine: Likeness = { rule: 'brute-force', kindKey: 'k1', service: 'shop', groupId: 'g1' };
const candidate = (id: string, changes: Partial<Candidate> = {}): Candidate => ({
  ...{ id, title: `Incident ${id}`, openedAt: '2026-01-01T00:00:00.000Z', status: 'closed', disposition: null },
  ...{ playbook: null, rule: null, kindKey: null, service: null, groupId: id, shared: [] },
  ...changes,
});

describe('similar incidents', () => {
  it('are ranked by what they have in common, and say it', () => {
    const host = { kind: 'host', value: 'web-1' } as const;
    const found = mostAlike(mine, [
      candidate('service', { service: 'shop' }),
      candidate('rule', { rule: 'brute-force' }),
      candidate('kind', { rule: 'brute-force', kindKey: 'k1', service: 'shop' }),
      candidate('group', { groupId: 'g1', rule: 'brute-force', kindKey: 'k1', service: 'shop', shared: [host] }),
      candidate('things', { shared: [host, { kind: 'ip', value: '203.0.113.7' }] }),
      candidate('nothing'),
    ]);
    expect(found.map(({ id }) => id)).toEqual(['group', 'kind', 'things', 'rule']);
    expect(found[0]?.because).toEqual([
      'the same group of alerts',
      'the same kind of incident',
      'service shop',
      'about the same: host web-1',
    ]);
    expect(found[2]?.because).toEqual(['about the same: host web-1, ip 203.0.113.7']);
  });

  it('are the same in whatever order they are read, the most alike first, and never more than asked for', () => {
    const any = fc.uniqueArray(
      fc.record({
        id: fc.string({ minLength: 1, maxLength: 3 }),
        rule: fc.constantFrom('brute-force', 'other', null),
        kindKey: fc.constantFrom('k1', 'k2', null),
        service: fc.constantFrom('shop', null),
        groupId: fc.constantFrom('g1', 'g2'),
        openedAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'),
      }),
      { selector: ({ id }) => id, maxLength: 20 },
    );
    fc.assert(
      fc.property(any, fc.nat(10), (all, most) => {
        const candidates = all.map(({ id, ...changes }) => candidate(id, changes));
        const found = mostAlike(mine, candidates, most);
        expect(found.length).toBeLessThanOrEqual(most);
        expect(mostAlike(mine, candidates.toReversed(), most)).toEqual(found);
        const scores = found.map(({ likeness }) => likeness);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      }),
    );
  });

  it('tell how they ended, and what worked: changes that were done and not undone', () => {
    const step = (id: string, kind: PlannedStep['kind']) =>
      ({ id, title: `Did ${id}`, type: 'action', kind }) as PlannedStep;
    const done = { outcome: { result: 'done' } } as StepProgress;
    const state = {
      ...openIncident({
        ...{ incidentId: 'i1', severity: 'high', title: '' },
        ...{ impactStartedAt: '2026-01-01T00:00:00.000Z', detectedAt: '2026-01-01T00:00:00.000Z' },
      }),
      added: [step('block', 'containment'), step('look', 'check'), step('undone', 'change'), step('failed', 'change')],
      steps: {
        ...{ block: done, look: done, undone: { ...done, undone: { state: 'undone', detail: '' } } as StepProgress },
        failed: { outcome: { result: 'failed' } } as StepProgress,
      },
    };
    expect(whatWorked(state)).toEqual(['Did block']);
    const [found] = mostAlike(mine, [candidate('a', { rule: 'brute-force', playbook: 'brute-force' })]);
    if (!found) throw new Error('It is like it');
    expect(similarWords({ ...found, worked: whatWorked(state) })).toBe(
      'incident a of 2026-01-01, Incident a: closed, playbook brute-force; what worked: Did block (rule brute-force)',
    );
  });
});
