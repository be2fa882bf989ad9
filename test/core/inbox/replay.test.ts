import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/alert.ts';
import { replay } from '../../../src/core/inbox/replay.ts';
import { rules as rulesSchema } from '../../../src/core/plan/rules.ts';
import { readySilence, withholdingRules } from '../../../src/core/suppression/judge.ts';

/** Minutes after ten. */
const at = (minute: number): string => new Date(Date.parse('2026-11-24T10:00:00.000Z') + minute * 60_000).toISOString();

interface Given {
  name: string;
  from: number;
  until?: number;
  group?: string;
  labels?: Record<string, string>;
  source?: string;
}

function alertOf({ name, from, until, group = name, labels = {}, source = 'generic' }: Given): Alert {
  return {
    ...{ source, fingerprint: name, title: name, labels, annotations: {}, entities: [], links: [], groupKey: group },
    startsAt: at(from),
    ...(until === undefined ? { status: 'firing' } : { status: 'resolved', endsAt: at(until) }),
  };
}

/** `a b | c`: incidents in the order of their first alerts; withheld ones with why and by what. */
function replayed(given: Given[], rules: object = {}, silences: object[] = []) {
  const read = rulesSchema.parse({ rules: [], default: { playbook: 'p' }, ...rules });
  const ready = silences.map((one) =>
    readySilence({ id: 's', owner: 'ana', reason: 'x', matchers: [], startsAtMs: 0, endsAtMs: 0, ...one }),
  );
  const all = replay(given.map(alertOf), withholdingRules(read), ready);
  const incidents = Map.groupBy(all, ({ incidentId }) => incidentId);
  const together = [...incidents].flatMap(([id, members]) =>
    id === null ? [] : [members.map(({ alert }) => alert.title).join(' ')],
  );
  const withheld = all.flatMap(({ alert, withheld: held, incidentId }) =>
    held ? [`${alert.title}: ${held.why} by ${held.by}${incidentId === null ? '' : ', released'}`] : [],
  );
  return { incidents: together.join(' | '), withheld };
}

const alike = (labels: string[]) => ({ groups: [{ name: 'g', match: ['kind="x"'], group_by: labels }] });

describe('alerts on record', () => {
  it('are together as their source groups them, until an hour after the last of the group', () => {
    const given = [
      { name: 'a', from: 0, until: 10, group: 'g' },
      { name: 'b', from: 5, until: 20, group: 'g' },
      { name: 'c', from: 1, group: 'h' },
      { name: 'd', from: 79, until: 79, group: 'g' },
      { name: 'e', from: 139, group: 'g' },
    ];
    expect(replayed(given)).toEqual({ incidents: 'a b d | c | e', withheld: [] });
  });

  it('are together as the plan groups them, across sources where it says so', () => {
    const labels = { kind: 'x', site: 'zrh' };
    const given = [
      { name: 'a', from: 0, labels },
      { name: 'b', from: 1, labels, source: 'alertmanager' },
      { name: 'c', from: 2, labels: { ...labels, site: 'gva' } },
    ];
    expect(replayed(given, alike(['site'])).incidents).toBe('a | b | c');
    const across = { groups: [{ ...alike(['site']).groups[0], across_sources: true }] };
    expect(replayed(given, across).incidents).toBe('a b | c');
  });

  it('wait until there are enough of them; then all are in the incident', () => {
    const enough = {
      groups: [{ name: 'g', match: ['kind="x"'], group_by: ['kind'], threshold: { at_least: 3, within: '10m' } }],
    };
    const labels = { kind: 'x' };
    const given = ['a', 'b', 'c', 'd'].map((name, index) => ({ name, from: index * 2, labels }));
    expect(replayed(given, enough)).toEqual({
      incidents: 'a b c d',
      withheld: ['a: below_threshold by g, released', 'b: below_threshold by g, released'],
    });
    const slow = given.map((one, index) => ({ ...one, from: index * 6 }));
    expect(replayed(slow, enough)).toEqual({
      incidents: '',
      withheld: ['a', 'b', 'c', 'd'].map((name) => `${name}: below_threshold by g`),
    });
  });

  const inhibit = { inhibit: [{ name: 'site', source: ['kind="site"'], target: ['kind="host"'], equal: ['site'] }] };
  const site = { name: 'site', from: 5, until: 30, labels: { kind: 'site', site: 'zrh' } };
  const host = (name: string, from: number, until?: number, where = 'zrh') => ({
    ...{ name, from, labels: { kind: 'host', site: where } },
    ...(until !== undefined && { until }),
  });

  it('are withheld while another one fires, and become incidents when it ends and they still do', () => {
    expect(
      replayed(
        [
          host('early', 0),
          site,
          host('short', 6, 20),
          host('long', 7),
          host('far', 8, undefined, 'gva'),
          host('late', 31),
        ],
        inhibit,
      ),
    ).toEqual({
      incidents: 'early | site | long | far | late',
      withheld: ['short: inhibited by site', 'long: inhibited by site, released'],
    });
  });

  it('that come at one moment inhibit each other wherever they stand', () => {
    expect(replayed([host('host', 5, 20), site], inhibit)).toEqual({
      incidents: 'site',
      withheld: ['host: inhibited by site'],
    });
  });

  it('are withheld in a maintenance window and by a silence, and released at its end', () => {
    const maintenance = [
      { name: 'patching', reason: 'r', owner: 'o', match: ['kind="x"'], from: at(0), until: at(60) },
    ];
    const labels = { kind: 'x' };
    const given = [
      { name: 'short', from: 1, until: 30, labels },
      { name: 'long', from: 2, labels },
      { name: 'silenced', from: 3, labels: { kind: 'y' } },
    ];
    const silence = { matchers: ['kind="y"'], startsAtMs: Date.parse(at(0)), endsAtMs: Date.parse(at(5)) };
    expect(replayed(given, { maintenance }, [silence])).toEqual({
      incidents: 'long | silenced',
      withheld: [
        'short: maintenance by patching',
        'long: maintenance by patching, released',
        'silenced: silenced by s, released',
      ],
    });
  });

  it('that flap are withheld, and released once they stay', () => {
    const flapping = [{ name: 'flaps', more_than: 2, within: '1h' }];
    const given = [0, 10, 20, 30].map((from, index) => ({
      ...{ name: 'f', from, group: `g${index}` },
      ...(index < 3 && { until: from + 5 }),
    }));
    expect(replayed(given, { flapping })).toEqual({
      incidents: 'f | f | f',
      withheld: ['f: flapping by flaps', 'f: flapping by flaps, released'],
    });
  });

  it('may be many', () => {
    const given = Array.from({ length: 8_000 }, (_, index) => ({
      ...host(`h${index % 500}`, index, index + 40),
      group: `g${index % 50}`,
    }));
    const started = performance.now();
    replayed([site, ...given], { ...inhibit, ...alike(['site']) });
    expect(performance.now() - started).toBeLessThan(8_000);
  });
});
