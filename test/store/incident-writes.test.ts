import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JournalInput } from '../../src/contract/activities.ts';
import type { IncidentEvent } from '../../src/core/incident/events.ts';
import { reduce } from '../../src/core/incident/reduce.ts';
import { type IncidentState, openIncident } from '../../src/core/incident/state.ts';
import { endIncident } from '../../src/store/end-incident.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { writeJournal } from '../../src/store/journal.ts';
import { mergeIncidents } from '../../src/store/merge-incidents.ts';
import { plan } from '../core/report/slice.ts';
import { alertLike, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

let groups = 0;
beforeEach(() => {
  groups += 1;
});

/** Accepts alerts of one group and gives their incident. */
async function accept(groupKey: string, ...fingerprints: string[]): Promise<string> {
  const alerts = fingerprints.map((fingerprint) => alertLike({ groupKey, fingerprint: `${groupKey}/${fingerprint}` }));
  const [result] = await acceptAlerts(db.store, [requestOf(alerts)]);
  return result?.incidents[0] ?? '';
}

const at = '2026-11-24T10:00:00.000Z';
const opened = (incidentId: string, seenThrough: number): IncidentState => ({
  ...openIncident({ incidentId, severity: 'high', title: 'Down', impactStartedAt: at, detectedAt: at }),
  seenThrough,
});

function inputOf(before: IncidentState, ...facts: Omit<IncidentEvent, 'at' | 'actor'>[]): JournalInput {
  const events = facts.map((fact) => ({ ...fact, at, actor: 'firebreak' }) as IncidentEvent);
  return { state: events.reduce(reduce, before), events, firstEvent: before.nextEvent, version: '1' };
}

const closed = (before: IncidentState) =>
  inputOf(before, { type: 'status_changed', status: 'closed', reason: 'over' } as never);
const row = (incidentId: string) =>
  db.store.selectFrom('incidents').selectAll().where('incident_id', '=', incidentId).executeTakeFirstOrThrow();
const entries = (incidentId: string) =>
  db.store
    .selectFrom('audit_entries')
    .select(['kind', 'key'])
    .where('incident_id', '=', incidentId)
    .orderBy('seq')
    .execute();

describe('the journal', () => {
  test('writes each event once however often it is repeated, and never an older state over a newer one', async () => {
    const id = await accept(`g${groups}`, 'a');
    const first = inputOf(opened(id, 1), { type: 'acknowledged' } as never);
    const second = inputOf(first.state, { type: 'assigned', to: 'ana' } as never);
    await writeJournal(db.store, first);
    await writeJournal(db.store, second);
    await writeJournal(db.store, first);
    expect((await row(id)).assignee).toBe('ana');
    const keys = (await entries(id)).map(({ key }) => key).filter((key) => key?.match(/\/\d+$/));
    expect(keys).toEqual([`${id}/0`, `${id}/1`]);
  });

  test('keeps the priority up to date with the severity, and the moments of the SLA as they were told', async () => {
    const id = await accept(`g${groups}`, 'a');
    const sla = { acknowledgeBy: '2026-11-24T10:15:00.000Z', recoverBy: '2026-11-24T11:00:00.000Z' };
    const planned = inputOf({ ...opened(id, 1), plan: { ...plan, importance: 1, sla } });
    await writeJournal(db.store, { ...planned, events: [] });
    const shown = async () => {
      const { priority, acknowledge_by, recover_by } = await row(id);
      return { priority, acknowledgeBy: acknowledge_by?.toISOString(), recoverBy: recover_by?.toISOString() };
    };
    expect(await shown()).toEqual({ priority: 1, ...sla });
    const changed = inputOf(planned.state, { type: 'severity_changed', severity: 'low', reason: 'a test' } as never);
    await writeJournal(db.store, changed);
    expect(await shown()).toEqual({ priority: 3, ...sla });
  });

  test('of an execution whose worker died, and of the one that ran again with more messages: every fact once', async () => {
    const id = await accept(`g${groups}`, 'a');
    const before = opened(id, 1);
    const paged = { type: 'paged', level: 0, channel: 'console', to: 'on-call', result: 'sent', detail: '' } as never;
    const noted = { type: 'noted', text: 'seen meanwhile' } as never;
    const contained = { type: 'contained' } as never;
    await writeJournal(db.store, { ...inputOf(before, paged, contained), version: '1' });

    const again = inputOf(before, noted, paged);
    const ahead = await writeJournal(db.store, { ...again, version: '2' });
    expect(ahead).toEqual({ nextEvent: 3, facts: [expect.any(String)] });
    const next = inputOf({ ...again.state, nextEvent: ahead?.nextEvent ?? 0 }, contained, {
      type: 'acknowledged',
    } as never);
    await writeJournal(db.store, { ...next, version: '3', ahead: ahead?.facts ?? [] });

    const kinds = (await entries(id)).map(({ kind }) => kind).slice(2);
    expect(kinds).toEqual(['paged', 'contained', 'noted', 'acknowledged']);
  });

  test('of an execution that came to less than the one that died: its state counts all the same', async () => {
    const id = await accept(`g${groups}`, 'a');
    const before = opened(id, 1);
    const more = inputOf(before, { type: 'assigned', to: 'ana' } as never, { type: 'acknowledged' } as never);
    await writeJournal(db.store, { ...more, version: '1' });
    await writeJournal(db.store, { ...inputOf(before, { type: 'acknowledged' } as never), version: '2' });
    expect((await row(id)).assignee).toBeNull();
    await writeJournal(db.store, { ...more, version: '1' });
    expect((await row(id)).assignee).toBeNull();
  });
});

describe('ending an incident', () => {
  test('is refused while it has not seen every alert, and changes nothing then', async () => {
    const id = await accept(`g${groups}`, 'a', 'b');
    const input = closed(opened(id, 1));
    expect(await endIncident(db.store, input, async () => {})).toEqual({ behind: true });
    expect((await row(id)).status).toBe('triage');
    expect((await entries(id)).some(({ kind }) => kind === 'status_changed')).toBe(false);
  });

  test('closes it, and the next alert of its group opens the next generation', async () => {
    const id = await accept(`g${groups}`, 'a');
    expect(await endIncident(db.store, closed(opened(id, 1)), async () => {})).toEqual({ behind: false });
    expect(await endIncident(db.store, closed(opened(id, 1)), async () => {})).toEqual({ behind: false });
    const next = await accept(`g${groups}`, 'b');
    expect(next).not.toBe(id);
    expect(await row(next)).toMatchObject({ generation: (await row(id)).generation + 1, status: 'triage' });
  });

  test('and alerts that come at the same moment: each is in the old incident, which then does not end, or in the next', async () => {
    for (let round = 0; round < 15; round += 1) {
      const group = `race${groups}-${round}`;
      const id = await accept(group, 'a');
      const [{ behind }, incident] = await Promise.all([
        endIncident(db.store, closed(opened(id, 1)), async () => {}),
        accept(group, 'b'),
      ]);
      expect(incident === id).toBe(behind);
      expect((await row(id)).status).toBe(behind ? 'triage' : 'closed');
    }
  });
});

describe('merging', () => {
  test('moves every alert, tells the other incident of each, and sends later alerts there', async () => {
    const into = await accept(`into${groups}`, 'x');
    const from = await accept(`from${groups}`, 'a', 'b');
    const input = inputOf({ ...opened(from, 2), mergeInto: into }, {
      type: 'status_changed',
      status: 'merged',
      reason: '',
    } as never);
    expect(await mergeIncidents(db.store, { ...input, into })).toEqual({ merged: true });
    expect(await mergeIncidents(db.store, { ...input, into })).toEqual({ merged: true });
    expect(await row(into)).toMatchObject({ alert_count: 3, firing_count: 3, last_position: 3 });
    expect(await row(from)).toMatchObject({ status: 'merged', merged_into: into });
    const events = await db.store
      .selectFrom('alert_events')
      .selectAll()
      .where('incident_id', '=', into)
      .orderBy('position')
      .execute();
    expect(events.map(({ position, change, firing_after }) => [position, change, firing_after])).toEqual([
      [1, 'fired', 1],
      [2, 'moved', 2],
      [3, 'moved', 3],
    ]);
    expect(await accept(`from${groups}`, 'c')).toBe(into);
  });

  test('is refused into what has ended or is not there, and while alerts are on their way', async () => {
    const from = await accept(`from${groups}`, 'a');
    const ended = await accept(`ended${groups}`, 'x');
    await endIncident(db.store, closed(opened(ended, 1)), async () => {});
    const input = inputOf(opened(from, 1), { type: 'status_changed', status: 'merged', reason: '' } as never);
    expect(await mergeIncidents(db.store, { ...input, into: ended })).toMatchObject({
      merged: false,
      reason: expect.stringContaining('closed'),
    });
    expect(await mergeIncidents(db.store, { ...input, into: 'nowhere' })).toMatchObject({ merged: false });
    const behind = inputOf(opened(from, 0), { type: 'status_changed', status: 'merged', reason: '' } as never);
    expect(await mergeIncidents(db.store, { ...behind, into: 'nowhere' })).toEqual({ merged: false, behind: true });
  });

  test('both ways at once waits for nobody: one of the two goes through', async () => {
    const a = await accept(`a${groups}`, 'x');
    const b = await accept(`b${groups}`, 'y');
    const merge = (from: string, into: string) =>
      mergeIncidents(db.store, {
        ...inputOf({ ...opened(from, 1), mergeInto: into }, {
          type: 'status_changed',
          status: 'merged',
          reason: '',
        } as never),
        into,
      });
    const results = await Promise.all([merge(a, b), merge(b, a)]);
    expect(results.filter((result) => result.merged)).toHaveLength(1);
  });
});
