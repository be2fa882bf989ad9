// What comes and goes, and what begins anew, against a real database.

import { expect, test } from 'vitest';
import { reviewWithheld } from '../../../src/service/withheld.ts';
import { minute, startOfTestMs } from '../../support/alerts.ts';
import { accept, firing, source, store, stored, useWithholding, withRules } from './withholding.ts';

useWithholding();

test('a finding that begins again and again is one incident; what begins after its end is withheld until it fires on', async () => {
  const plan = withRules({ flapping: [{ name: 'flaps', more_than: 3, within: '30m' }] });
  const episode = (minutes: number, ends?: number) =>
    firing(
      { alertname: 'A' },
      { startsAt: minute(minutes), ...(ends !== undefined && { status: 'resolved', endsAt: minute(ends) }) },
    );
  const opened = new Set<string>();
  for (const minutes of [0, 2, 4, 6, 8]) {
    const atMs = startOfTestMs + minutes * 60_000;
    for (const id of (await accept([episode(minutes)], plan, atMs)).opened) opened.add(id);
    await accept([episode(minutes, minutes + 1)], plan, atMs + 60_000);
    if (minutes === 4) {
      await store()
        .updateTable('incidents')
        .set({ status: 'closed' })
        .where('incident_id', 'in', [...opened])
        .execute();
    }
  }
  expect(opened.size).toBe(1);
  const last = await accept([episode(10)], plan, startOfTestMs + 600_000);
  expect(last).toMatchObject({ withheld: 1, incidents: [] });
  expect(await reviewWithheld(store(), plan, new Date(startOfTestMs + 39 * 60_000))).toEqual([]);
  expect(await reviewWithheld(store(), plan, new Date(startOfTestMs + 40 * 60_000))).toHaveLength(1);
  const suppressed = (await stored()).map((alert) => alert.suppressed ?? 'none').sort();
  expect(suppressed).toEqual(['flapping', 'flapping', 'none', 'none', 'none', 'none']);
});

test('a trigger without a start, so long after a person ended the incident as the plan says, is a new incident', async () => {
  const plan = withRules({ begins_anew: [{ name: 'events', match: [`@source="${source()}"`], after: '10m' }] });
  const trigger = (at: number) =>
    accept(
      [firing({ alertname: 'A' }, { startsAt: minute(at), startsAtAssumed: true })],
      plan,
      startOfTestMs + at * 60_000,
    );
  const [first = ''] = (await trigger(0)).opened;
  const ended = { status: 'dismissed', closed_at: new Date(startOfTestMs + 60_000) } as const;
  await store().updateTable('incidents').set(ended).where('incident_id', '=', first).execute();
  expect(await trigger(10)).toMatchObject({ accepted: 0, duplicates: 1, opened: [] });
  const { opened } = await trigger(11);
  expect(opened).toEqual([expect.not.stringMatching(first)]);
  expect(await stored()).toMatchObject([
    { status: 'resolved', incident_id: first },
    { status: 'firing', incident_id: opened[0] },
  ]);
});
