// Findings without starts, of which people end incidents while they fire: random triggers, resolves and ends in any order
// and at any distance, against the rule in plain words.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideInbox } from '../../../src/core/inbox/decide.ts';
import type { InboxKnowledge } from '../../../src/core/inbox/known.ts';
import { rules } from '../../../src/core/plan/rules.ts';
import { withholdingRules } from '../../../src/core/suppression/judge.ts';
import { alertLike, startOfTestMs } from '../../support/alerts.ts';

const minuteMs = 60_000;
const plan = (beginsAnew: object[]) =>
  withholdingRules(rules.parse({ rules: [], default: { playbook: 'unknown' }, begins_anew: beginsAnew }));
const tenMinutes = plan([{ name: 'events', match: ['@source="pagerduty"'], after: '10m' }]);
const never = plan([]);

/** The inbox with a memory instead of a database. */
class Memory {
  private known: InboxKnowledge = {
    ...{ episodes: [], groups: [], incidents: [], inhibitors: [], waiting: [], silences: [] },
    deliveries: new Set(),
  };

  receive(status: 'firing' | 'resolved', atMs: number, source: string, withRules: typeof tenMinutes) {
    const startsAt = new Date(atMs).toISOString();
    const alert = alertLike({ source, status, startsAt, startsAtAssumed: true });
    const requests = [{ source, receivedAtMs: atMs, alerts: [alert] }];
    const { episodes, incidents, groups, outcomes } = decideInbox(requests, this.known, withRules);
    const merged = <T>(old: readonly T[], now: readonly T[], id: (one: T) => string): T[] => [
      ...new Map([...old, ...now].map((one) => [id(one), one])).values(),
    ];
    this.known = {
      ...this.known,
      episodes: merged(
        this.known.episodes,
        episodes.map(({ added: _added, ...one }) => one),
        (one) => one.alertId,
      )
        // The latest is the one that the store gives first.
        .sort((a, b) => b.startsAtMs - a.startsAtMs),
      incidents: merged(
        this.known.incidents,
        incidents.map(({ opened: _opened, ...one }) => one),
        (one) => one.incidentId,
      ),
      groups: merged(this.known.groups, groups, (one) => one.groupId),
    };
    return outcomes[0];
  }

  end(atMs: number): void {
    const ended = { status: 'dismissed', closedAtMs: atMs } as const;
    this.known = {
      ...this.known,
      incidents: this.known.incidents.map((one) => (one.closedAtMs === null ? { ...one, ...ended } : one)),
    };
  }

  /** How many incidents there were, and how many alerts fire. */
  counts() {
    const { incidents, episodes } = this.known;
    return { incidents: incidents.length, firing: episodes.filter(({ status }) => status === 'firing').length };
  }
}

/** One finding, in the words of the documentation. */
class Words {
  private isFiring = false;
  private isOpen = false;
  private endedAtMs = Number.NEGATIVE_INFINITY;
  private incidents = 0;

  receive(status: 'firing' | 'resolved', atMs: number, afterMs: number): void {
    if (status === 'resolved') {
      this.isFiring = false;
      return;
    }
    if (this.isFiring && (this.isOpen || atMs < this.endedAtMs + afterMs)) return;
    this.isFiring = true;
    if (!this.isOpen) this.incidents += 1;
    this.isOpen = true;
  }

  end(atMs: number): void {
    if (this.isOpen) this.endedAtMs = atMs;
    this.isOpen = false;
  }

  counts() {
    return { incidents: this.incidents, firing: this.isFiring ? 1 : 0 };
  }
}

const step = fc.record({
  what: fc.constantFrom('firing', 'firing', 'resolved', 'end'),
  laterMs: fc.oneof(fc.constantFrom(1, 10 * minuteMs - 1, 10 * minuteMs), fc.integer({ min: 1, max: 30 * minuteMs })),
});

function play(
  steps: { what: string; laterMs: number }[],
  source: string,
  withRules: typeof tenMinutes,
  afterMs: number,
) {
  const [memory, words] = [new Memory(), new Words()];
  let atMs = startOfTestMs;
  for (const { what, laterMs } of steps) {
    atMs += laterMs;
    if (what === 'end') {
      memory.end(atMs);
      words.end(atMs);
    } else {
      const status = what as 'firing' | 'resolved';
      memory.receive(status, atMs, source, withRules);
      words.receive(status, atMs, afterMs);
    }
  }
  expect(memory.counts()).toEqual(words.counts());
}

describe('a finding without starts whose incident a person ended while it fires', () => {
  it('begins anew by a trigger as late as the rule says, whatever comes in which order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => play(steps, 'pagerduty', tenMinutes, 10 * minuteMs)),
      { numRuns: 500 },
    );
  });

  it('goes on without a rule for it until its source says that it is over', () => {
    const nothingElse = fc.constantFrom<[string, typeof tenMinutes]>(['sarif', tenMinutes], ['pagerduty', never]);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), nothingElse, (steps, [source, withRules]) =>
        play(steps, source, withRules, Number.POSITIVE_INFINITY),
      ),
      { numRuns: 300 },
    );
  });
});
