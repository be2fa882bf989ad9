// The same random alerts, silences and inhibition rules through a real Alertmanager and through Firebreak's inbox: the
// same groups, the same suppressions. The one difference that is meant (docs/triage.md): what is an incident already stays
// one, where Alertmanager falls silent.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Alert } from '../../src/core/alert.ts';
import { rules } from '../../src/core/plan/rules.ts';
import { withholdingRules } from '../../src/core/suppression/judge.ts';
import { reviewWithheld } from '../../src/service/withheld.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { createSilence, expireSilence } from '../../src/store/silences.ts';
import { alertLike, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { freePort, isInstalled, type Program, startProgram } from '../support/processes.ts';
import { randomFrom } from '../support/random.ts';
import { until } from '../support/until.ts';

const why = isInstalled('prometheus-alertmanager') ? undefined : 'prometheus-alertmanager is not installed';

const inhibit = [
  {
    name: 'critical-first',
    source: ['severity="critical"'],
    target: ['severity=~"warning|info"'],
    equal: ['cluster', 'job'],
  },
  // Both sides match alerts of A: those do not inhibit each other.
  { name: 'a-before-b', source: ['alertname="A"'], target: ['alertname!="C"'], equal: ['instance'] },
];
const groupBy = ['alertname', 'cluster'];
const plan = withholdingRules(
  rules.parse({
    rules: [],
    default: { playbook: 'unknown' },
    inhibit,
    groups: [{ name: 'all', match: ['alertname=~".+"'], group_by: groupBy }],
  }),
);
const silencings = [
  ['alertname="B"', 'severity!="critical"'],
  ['instance=~"1|2"', 'cluster=""'],
  ['cluster!~"eu|"', 'severity="info"'],
  ['alertname=~"[AB]"', 'instance!="3"', 'cluster="eu"'],
];

let db: FreshDatabase;
let alertmanager: Program;
let url = '';
let dir = '';
beforeAll(async () => {
  if (why) return;
  db = await freshDatabase();
  dir = await mkdtemp(join(tmpdir(), 'firebreak-differential-'));
  const config = {
    route: { receiver: 'nobody', group_by: groupBy, group_wait: '1h' },
    receivers: [{ name: 'nobody' }],
    inhibit_rules: inhibit.map(({ source, target, equal }) => ({
      ...{ source_matchers: source, target_matchers: target, equal },
    })),
  };
  await writeFile(join(dir, 'alertmanager.yml'), stringify(config));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  alertmanager = startProgram('prometheus-alertmanager', [
    ...[`--config.file=${join(dir, 'alertmanager.yml')}`, `--storage.path=${join(dir, 'data')}`],
    ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='],
  ]);
  await until('Alertmanager', async () => (await fetch(`${url}/-/ready`)).ok);
}, 60_000);
afterAll(async () => {
  await alertmanager?.stop();
  await db?.close();
  if (dir) await rm(dir, { recursive: true });
});

type Labels = Record<string, string>;
const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

interface Told {
  labels: Labels;
  startsAt: string;
  endsAt?: string;
}

async function call<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await fetch(`${url}/api/v2/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (response.headers.get('content-type')?.includes('json') ? await response.json() : undefined) as T;
}

/** To both. */
async function tell(alerts: Told[]): Promise<void> {
  await call('alerts', 'POST', alerts);
  const normalised = alerts.map(
    ({ labels, startsAt, endsAt }): Alert =>
      alertLike({
        ...{ source: 'prometheus', fingerprint: keyOf(labels), title: labels.alertname ?? '', labels, startsAt },
        ...(endsAt !== undefined && { status: 'resolved' as const, endsAt }),
      }),
  );
  await acceptAlerts(db.store, [requestOf(normalised, { receivedAtMs: Date.now() })], { rules: plan });
}

const forMs = 3_600_000;

async function silence(texts: string[], count: number): Promise<{ theirs: string; ours: string }> {
  const startsAt = new Date().toISOString();
  const endsAt = new Date(Date.now() + forMs).toISOString();
  const matchers = texts.map((text) => {
    const [, name, operator, value] = /^(\w+)(=~|!~|!=|=)"(.*)"$/.exec(text) ?? [];
    return { name, value, isRegex: operator?.includes('~'), isEqual: !operator?.startsWith('!') };
  });
  const made = { startsAt, endsAt, createdBy: 'test', comment: 'test' };
  const { silenceID } = await call<{ silenceID: string }>('silences', 'POST', { matchers, ...made });
  const ours = `silence${count}`;
  await createSilence(db.store, {
    ...{ silenceId: ours, matchers: texts, owner: 'key:test', reason: 'test', startsAt, endsAt, at: startsAt },
  });
  return { theirs: silenceID, ours };
}

interface Theirs {
  labels: Labels;
  fingerprint: string;
  status: { state: 'active' | 'suppressed' | 'unprocessed'; silencedBy: string[]; inhibitedBy: string[] };
}

interface View {
  /** By finding that fires: what withholds it, empty for none. */
  suppressed: Map<string, string[]>;
  /** By finding: the group, as the labels that its members share. */
  groups: Map<string, string>;
}

async function theirView(silences: ReadonlyMap<string, string>): Promise<View> {
  const groups = await call<{ labels: Labels; alerts: Theirs[] }[]>('alerts/groups?muted=true');
  const alerts = groups.flatMap((group) => group.alerts);
  const findings = new Map(alerts.map(({ fingerprint, labels }) => [fingerprint, keyOf(labels)]));
  const view: View = { suppressed: new Map(), groups: new Map() };
  for (const { labels, alerts: members } of groups) {
    for (const alert of members) {
      const { silencedBy, inhibitedBy } = alert.status;
      const by = [
        ...silencedBy.map((id) => `silence ${silences.get(id)}`),
        ...inhibitedBy.map((fingerprint) => `alert ${findings.get(fingerprint)}`),
      ];
      view.suppressed.set(keyOf(alert.labels), by);
      view.groups.set(keyOf(alert.labels), keyOf(labels));
    }
  }
  return view;
}

interface Ours {
  fingerprint: string;
  suppressed: string | null;
  by: string | null;
  by_finding: string | null;
  incident_id: string | null;
}

async function ourView(): Promise<View> {
  const { rows } = await sql<Ours>`
    select a.fingerprint, a.suppressed, a.suppressed_by ->> 'by' as by, i.fingerprint as by_finding, a.incident_id
    from alerts a left join alerts i on i.alert_id = a.suppressed_by ->> 'alertId'
    where a.status = 'firing'`.execute(db.store);
  const view: View = { suppressed: new Map(), groups: new Map() };
  for (const { fingerprint, suppressed, by: silenceId, incident_id, by_finding } of rows) {
    const by = suppressed === 'silenced' ? `silence ${silenceId}` : `alert ${by_finding}`;
    view.suppressed.set(fingerprint, suppressed === null ? [] : [by]);
    if (incident_id !== null) view.groups.set(fingerprint, incident_id);
  }
  return view;
}

/** Lines of what is not the same. `wereActive`: what Alertmanager did not suppress at an earlier step of its episode. */
function differences(theirs: View, ours: View, wereActive: ReadonlySet<string>): string[] {
  const lines: string[] = [];
  const all = new Set([...theirs.suppressed.keys(), ...ours.suppressed.keys()]);
  for (const finding of all) {
    const [their, our] = [theirs.suppressed.get(finding), ours.suppressed.get(finding)];
    if (!their || !our) lines.push(`${finding} fires only in ${their ? 'Alertmanager' : 'Firebreak'}`);
    else if (our.length > 0 && !our.every((by) => isSaidBy(by, their, theirs))) {
      lines.push(`${finding} is withheld by ${our}, in Alertmanager by ${their.join(' and ') || 'nothing'}`);
    } else if (our.length === 0 && their.length > 0 && !wereActive.has(finding)) {
      lines.push(`${finding} is an incident and never was active in Alertmanager: ${their}`);
    }
  }
  const incidents = [...ours.groups].map(([finding, incident]) => [theirs.groups.get(finding), incident]);
  for (const [group, incident] of incidents) {
    const mixed = incidents.find(([other, same]) => (other === group) !== (same === incident));
    if (mixed) lines.push(`group ${group} is incident ${incident}, and ${mixed[0]} is ${mixed[1]}`);
  }
  return lines;
}

/** Of several alerts that inhibit it, Alertmanager names any one: ours must fire there. */
function isSaidBy(by: string, their: readonly string[], { suppressed }: View): boolean {
  if (!by.startsWith('alert ')) return their.includes(by);
  return their.some((one) => one.startsWith('alert ')) && suppressed.has(by.slice('alert '.length));
}

describe.skipIf(why)(`Alertmanager and Firebreak${why ? ` (skipped: ${why})` : ''}`, () => {
  test('group and suppress the same', async () => {
    const random = randomFrom(20_261_124);
    const firing = new Map<string, Told>();
    const wereActive = new Set<string>();
    const silences = new Map<string, string>();
    let seen = { silenced: 0, inhibited: 0, released: 0 };
    const incidents = new Set<string>();
    let before: View = { suppressed: new Map(), groups: new Map() };

    const someLabels = (): Labels => {
      const cluster = random.oneOf(['eu', 'us', '']);
      return {
        alertname: random.oneOf(['A', 'B', 'C']),
        instance: random.oneOf(['1', '2', '3', '4']),
        severity: random.oneOf(['critical', 'warning', 'warning', 'info']),
        ...(cluster !== '' && { cluster }),
      };
    };
    const message = (): Told => {
      const open = [...firing.values()];
      const kind = random.between(0, 9);
      const known = open.length > 0 ? random.oneOf(open) : undefined;
      if (known && kind < 2) return known;
      if (known && (kind < 5 || open.length > 25)) {
        firing.delete(keyOf(known.labels));
        wereActive.delete(keyOf(known.labels));
        return { ...known, endsAt: new Date().toISOString() };
      }
      const labels = someLabels();
      const told = firing.get(keyOf(labels)) ?? { labels, startsAt: new Date().toISOString() };
      firing.set(keyOf(labels), told);
      return told;
    };

    for (let step = 0; step < 250; step += 1) {
      const kind = random.between(0, 9);
      if (kind === 0 && silences.size < 3) {
        const { theirs, ours } = await silence(random.oneOf(silencings), step);
        silences.set(theirs, ours);
      } else if (kind === 1 && silences.size > 0) {
        const [theirs, ours] = random.oneOf([...silences]);
        await call(`silence/${theirs}`, 'DELETE');
        await expireSilence(db.store, ours, 'key:test', new Date().toISOString());
        silences.delete(theirs);
      } else {
        // One message of a finding in a batch: what Alertmanager makes of two in one millisecond is not the question.
        const batch = new Map(
          Array.from({ length: random.between(1, 5) }, message).map((one) => [keyOf(one.labels), one]),
        );
        await tell([...batch.values()]);
      }
      await reviewWithheld(db.store, plan, new Date());
      let found: string[] = [];
      let views: [View, View] = [before, before];
      // Alertmanager hears of its own alerts a moment later.
      await until(
        `the same of both after step ${step}`,
        async () => {
          views = await Promise.all([theirView(silences), ourView()]);
          found = differences(...views, wereActive);
          return found.length === 0;
        },
        { withinMs: 3_000 },
      ).catch(() => expect(found, `after step ${step}`).toEqual([]));
      const [theirs, ours] = views;
      for (const [finding, by] of theirs.suppressed) if (by.length === 0) wereActive.add(finding);
      seen = count(seen, before, ours);
      before = ours;
      for (const incident of ours.groups.values()) incidents.add(incident);
    }
    // Or nothing was compared.
    expect(Math.min(seen.silenced, seen.inhibited, seen.released)).toBeGreaterThan(10);
    expect(incidents.size).toBe(9);
  }, 120_000);
});

function count<Seen extends { silenced: number; inhibited: number; released: number }>(
  seen: Seen,
  before: View,
  now: View,
) {
  const next = { ...seen };
  for (const [finding, [by]] of now.suppressed) {
    if (by === before.suppressed.get(finding)?.[0]) continue;
    if (by?.startsWith('silence')) next.silenced += 1;
    else if (by) next.inhibited += 1;
    else if (before.suppressed.get(finding)?.length) next.released += 1;
  }
  return next;
}
