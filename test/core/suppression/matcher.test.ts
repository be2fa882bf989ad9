import { describe, expect, it } from 'vitest';
import { matchesAll, matchesNothing, parseMatcher } from '../../../src/core/suppression/matcher.ts';
import { alertWith } from '../plan/sample.ts';

const alert = alertWith({
  source: 'grafana',
  severityHint: 'high',
  labels: { alertname: 'DiskFull', instance: 'db-1', note: 'a\nb' },
  entities: [
    { kind: 'host', value: 'db-1' },
    { kind: 'host', value: 'db-2' },
  ],
});

describe('a matcher', () => {
  it.each([
    ['alertname="DiskFull"', true],
    ['alertname = DiskFull', true],
    ['alertname="Disk"', false],
    ['instance=~"db-.+"', true],
    ['instance=~"db"', false],
    ['instance!~"web-.+"', true],
    ['note=~"a.b"', true],
    ['missing=""', true],
    ['missing!=""', false],
    ['missing=~"x?"', true],
    ['constructor=""', true],
    ['@source="grafana"', true],
    ['@severity!="high"', false],
    ['@host="db-2"', true],
    ['@host!="db-2"', false],
    ['@host!="db-3"', true],
    ['@user=""', true],
  ])('%s matches: %s', (text, expected) => {
    expect(matchesAll(alert, [parseMatcher(text)])).toBe(expected);
  });

  it.each([
    ['alertname', 'write a name'],
    ['="x"', 'write a name'],
    ['a="x', 'double quotes'],
    ['a=~"("', 'RE2'],
    ['a=~"(?=x)"', 'RE2'],
    ['@nothing="x"', 'there is no field @nothing'],
    [`a="${'x'.repeat(1_000)}"`, 'longer than'],
  ])('%s is refused', (text, problem) => {
    expect(() => parseMatcher(text)).toThrow(problem);
  });

  it('that is content with nothing would match all alerts', () => {
    const content = ['a=""', 'a!="b"', 'a=~".*"', 'a!~"b"'].map((text) => matchesNothing(parseMatcher(text)));
    const asking = ['a="b"', 'a!=""', 'a=~".+"', 'a!~".*"'].map((text) => matchesNothing(parseMatcher(text)));
    expect([content, asking]).toEqual([Array(4).fill(true), Array(4).fill(false)]);
  });
});
