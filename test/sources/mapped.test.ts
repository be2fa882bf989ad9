import { expect, test } from 'vitest';
import { type SourceSettings, sourceSettings } from '../../src/core/plan/sources.ts';
import { checkPlan } from '../../src/plan/load.ts';
import { mapped } from '../../src/sources/mapped.ts';
import { MalformedAlert } from '../../src/sources/source.ts';
import { planFolder } from '../plan/folder.ts';
import { alertsOf, requestOf, testWorld } from '../support/source-requests.ts';

const atMs = Date.parse('2026-11-24T12:00:00Z');

function read(mapping: object, body: unknown, path = ['zabbix']) {
  const settings: SourceSettings = sourceSettings.parse({ mappings: [{ name: 'zabbix', ...mapping }] });
  return alertsOf(mapped, requestOf(JSON.stringify(body), atMs, { path }), { ...testWorld, settings });
}

test('each item of a list is an alert, with the parts of its mapping that it has', () => {
  const mapping = {
    each: '= body.events',
    when: '= item.value != 2',
    resolved: '= item.value == 0',
    fingerprint: '= item.trigger',
    title: '= item.name + " on " + body.server',
    severity: '= {"5": "critical", "4": "high"}[string(item.severity)]',
    starts_at: '= item.clock',
    ends_at: '= item.r_clock',
    group: '= item.host',
    url: '= "https://zabbix.example/" + string(item.trigger)',
    labels: { kind: 'service_down', tag: '= item.tags.filter(t, t.tag == "service")[0].value', absent: '= item.nope' },
    entities: { ip: '= item.ips', host: '= item.host' },
  };
  const item = {
    trigger: 7,
    name: 'Down',
    value: 1,
    severity: 5,
    clock: 1_795_521_000,
    host: 'web-1',
    ips: ['203.0.113.7', 'x'],
  };
  const body = {
    server: 'z1',
    events: [
      { ...item, tags: [{ tag: 'service', value: 'checkout' }] },
      { ...item, trigger: 8, value: 0, r_clock: '1795521300', severity: 1 },
      { value: 2 },
    ],
  };
  const [down, up, ...others] = read(mapping, body);
  expect(others).toEqual([]);
  expect(down).toMatchObject({
    ...{ source: 'mapped', fingerprint: '["zabbix","7"]', status: 'firing', title: 'Down on z1' },
    ...{ severityHint: 'critical', startsAt: '2026-11-24T11:50:00.000Z', groupKey: '["zabbix","group","web-1"]' },
    labels: { kind: 'service_down', tag: 'checkout', mapping: 'zabbix' },
    entities: [
      { kind: 'ip', value: '203.0.113.7' },
      { kind: 'host', value: 'web-1' },
    ],
    links: [{ title: 'Source', url: 'https://zabbix.example/7' }],
  });
  expect(up).toMatchObject({ status: 'resolved', endsAt: '2026-11-24T11:55:00.000Z' });
  expect(up).not.toHaveProperty('severityHint');
});

const least = { fingerprint: '= body.id', title: 'Down' };

test.each([
  ['there is no such mapping', least, { id: 1 }, ['zabix'], 'path'],
  ['what a mapping needs is not there', least, {}, ['zabbix'], 'body'],
  ['the list is none', { ...least, each: '= body.a.b' }, { a: { b: {} } }, ['zabbix'], 'body.a.b'],
  ['there are too many', { ...least, each: '= body.a' }, { a: new Array(5_001).fill(1) }, ['zabbix'], 'body.a'],
  [
    'a time is none',
    { ...least, starts_at: '= body.at' },
    { id: 1, at: 'noon' },
    ['zabbix'],
    'body, starts_at of the mapping',
  ],
])('when %s, the body is malformed there', (_what, mapping, body, path, place) => {
  try {
    read(mapping, body, path);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedAlert);
    expect((error as MalformedAlert).place).toBe(place);
  }
});

test('a body that is nested very deeply, or long, costs nothing much', () => {
  const deep = `{"id":"1","deep":${'['.repeat(50_000)}${']'.repeat(50_000)},"long":[${'1,'.repeat(50_000)}1]}`;
  const settings = sourceSettings.parse({
    mappings: [{ name: 'zabbix', ...least, when: '= body.long.all(a, a == 1)' }],
  });
  const started = performance.now();
  const alerts = alertsOf(mapped, requestOf(deep, atMs, { path: ['zabbix'] }), { ...testWorld, settings });
  expect(alerts).toHaveLength(1);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('a token or the address is enough where a tool cannot sign, and each is checked', async () => {
  const credential = mapped.newCredential();
  const bare = credential.replace('whsec_', '');
  const isTaken = async (headers: Record<string, string>, path: string[]) =>
    (await mapped.verify(requestOf('{}', atMs, { headers, path }), [credential], testWorld)).ok;
  expect(await isTaken({ authorization: `Bearer ${bare}` }, ['zabbix'])).toBe(true);
  expect(await isTaken({}, ['zabbix', bare])).toBe(true);
  expect(await isTaken({}, ['zabbix', 'guess'])).toBe(false);
  expect(await isTaken({}, [bare])).toBe(false);
  // A signature that is wrong is not made good by a token.
  expect(await isTaken({ authorization: `Bearer ${bare}`, 'webhook-signature': 'v1,AAAA' }, ['zabbix'])).toBe(false);
});

const sourcesFile = (mapping: string) =>
  `mappings:\n  - name: a\n    fingerprint: = body.id\n    title: Down\n${mapping}`;

test.each([
  ['    severty: high\n', 5, 'severity'],
  ['    when: = bdy.x\n', 5, 'body'],
  ['    resolved: = "yes"\n', 5, undefined],
  ['    each: = body.list()\n', 5, undefined],
  ['    labels:\n      host: = item.host\n', 6, undefined],
  ['    url: = labels.url\n', 5, undefined],
  ['    entities: { hst: = body.h }\n', 5, 'host'],
  ['  - name: a\n    fingerprint: x\n    title: y\n', 5, undefined],
])('plan check names the line of %j', async (mapping, line, suggestion) => {
  await using folder = await planFolder({ 'sources.yaml': sourcesFile(mapping) });
  const checked = await checkPlan(folder.path);
  const problem = checked.ok ? undefined : checked.problems[0];
  expect(problem).toMatchObject({ file: 'sources.yaml', line, ...(suggestion && { suggestion }) });
});

test('a plan without sources.yaml has the digest that it had', async () => {
  await using without = await planFolder();
  await using empty = await planFolder({ 'sources.yaml': '{}\n' });
  const [first, second] = [await checkPlan(without.path), await checkPlan(empty.path)];
  expect(first.ok && 'sources' in first.loaded.plan).toBe(false);
  expect(second.ok && second.loaded.plan.sources).toEqual({ sns: { topics: [] }, mappings: [] });
});
