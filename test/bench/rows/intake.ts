// Alerts taken per second, new ones, resolved ones and repeats, and how long an answer takes, beside a real Alertmanager and a bare Express handler. The targets take
// turns within each round, and each round ends when Firebreak's workflows have heard of all that it took.

import { type Bench, busyConnections, calmConnections, type Pace, rounds, sendAlerts, untilTold } from '../bench.ts';
import type { LoadResult } from '../children/load.ts';
import { CpuOfRounds } from '../cpu-rows.ts';
import { type Alerts, alertmanagerBody, webhookBody } from '../payloads.ts';
import { atLeast, type Row } from '../report.ts';
import { median } from '../statistics.ts';

/** Incidents that a storm's alerts belong to. */
const groups = 10;
const alertsPerRequest = [1, 10];

type Target = 'firebreak' | 'alertmanager' | 'express' | 'storing';
const targets: Target[] = ['firebreak', 'alertmanager', 'express'];

export async function intakeRows(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of alertsPerRequest) rows.push(...(await acceptedRows(bench, count)));
  return [...rows, ...(await answerRows(bench)), ...(await resolvedRows(bench)), ...(await duplicateRows(bench))];
}

async function answerRows(bench: Bench): Promise<Row[]> {
  bench.progress('answers to new alerts');
  const alerts: Alerts = { kind: 'plain', count: 1, row: 'answer' };
  const calm = await inRounds(bench, alerts, (round) => ({ first: round * 1_000_000, connections: calmConnections }));
  return latencyRows('answer to a new alert', calm);
}

/** Each resolves an alert that fires. */
async function resolvedRows(bench: Bench): Promise<Row[]> {
  bench.progress('alerts resolved');
  const alerts: Alerts = { kind: 'plain', count: 1, row: 'resolve' };
  const requests = bench.isQuick ? 400 : 3_000;
  const paceOf = (round: number) => ({ first: round * 1_000_000, requests, connections: busyConnections });
  const fire = async (target: Target, pace: Pace) => {
    await send(bench, target, alerts, pace);
    if (target === 'firebreak') await untilTold(bench.world.main);
  };
  const results = await inRounds(bench, { ...alerts, status: 'resolved' }, paceOf, { before: fire });
  const [value, alertmanager, express] = targets.map((target) => rateOf(results[target], 1));
  return besideBoth('alerts resolved', value, alertmanager, express);
}

async function acceptedRows(bench: Bench, count: number): Promise<Row[]> {
  bench.progress(`alerts accepted, ${count} a request`);
  const alerts: Alerts = { kind: 'plain', count, row: `accept${count}` };
  // Numbers that no round before has used.
  const paceOf = (round: number) => ({ first: round * 1_000_000, connections: busyConnections });
  const among: Target[] = [...targets, 'storing'];
  const cpu = new CpuOfRounds<Target>(bench.world.pids);
  const results = await inRounds(bench, alerts, paceOf, { among, around: (target, work) => cpu.around(target, work) });
  const [value = 0, alertmanager, express = 0, storing = 0] = among.map((target) => rateOf(results[target], count));
  const aRequest = `${count === 1 ? 'one' : 'ten'} a request`;
  const name = `alerts accepted, ${aRequest}`;
  const perSecond = { unit: '/s', goal: null };
  return [
    ...besideBoth(name, value, alertmanager, express),
    { name, ...perSecond, value, floor: storing, beside: 'Express that stores' },
    // What any handler can come to that answers once an alert is on the disk.
    { name: `alerts stored by Express, ${aRequest}`, ...perSecond, value: storing, floor: express, beside: 'Express' },
    ...cpu.rows(
      `CPU of an alert accepted, ${aRequest}`,
      { ours: 'firebreak', bare: 'express', storing: 'storing' },
      (target) => results[target].reduce((total, { answered }) => total + answered * count, 0),
    ),
  ];
}

async function duplicateRows(bench: Bench): Promise<Row[]> {
  bench.progress('repeats of alerts');
  const alerts: Alerts = { kind: 'plain', count: 1, row: 'repeat' };
  const cycle = 2_000;
  const known = { groups, first: 0, requests: cycle, connections: busyConnections };
  for (const target of targets) await send(bench, target, alerts, known);
  await untilTold(bench.world.main);
  const busy = await inRounds(bench, alerts, () => ({ first: 0, cycle, connections: busyConnections }));
  const calm = await inRounds(bench, alerts, () => ({ first: 0, cycle, connections: calmConnections }));
  const [value, alertmanager, express] = targets.map((target) => rateOf(busy[target], 1));
  return [...besideBoth('repeats answered', value, alertmanager, express), ...latencyRows('answer to a repeat', calm)];
}

function latencyRows(name: string, calm: Record<Target, LoadResult[]>): Row[] {
  const row = (key: 'p50Ms' | 'p99Ms', share: string): Row => ({
    name: `${name}, ${share}, ${calmConnections} connections`,
    unit: 'ms',
    value: median(calm.firebreak.map((result) => result[key])),
    floor: median(calm.express.map((result) => result[key])),
    beside: 'Express',
    goal: null,
  });
  return [row('p50Ms', 'p50'), row('p99Ms', 'p99')];
}

function besideBoth(name: string, value = 0, alertmanager?: number, express?: number): Row[] {
  const row = { name, unit: '/s', value };
  return [
    {
      ...row,
      floor: alertmanager || null,
      beside: 'Alertmanager',
      goal: atLeast('ratio', 1),
    },
    { ...row, floor: express ?? null, beside: 'Express', goal: atLeast('ratio', 0.8) },
  ];
}

const rateOf = (results: readonly LoadResult[], alerts: number): number =>
  results.length === 0 ? 0 : median(results.map(({ answered, seconds }) => (answered * alerts) / seconds));

interface InRounds {
  among?: readonly Target[];
  /** Runs what is measured, in rounds that count. */
  around?: (target: Target, work: () => Promise<LoadResult | undefined>) => Promise<LoadResult | undefined>;
  /** Not measured. */
  before?: (target: Target, pace: Pace) => Promise<void>;
}

async function inRounds(
  bench: Bench,
  alerts: Alerts,
  paceOf: (round: number) => Omit<Pace, 'groups'>,
  { among = targets, before, around = (_, work) => work() }: InRounds = {},
): Promise<Record<Target, LoadResult[]>> {
  const results: Record<Target, LoadResult[]> = { firebreak: [], alertmanager: [], express: [], storing: [] };
  const forMs = bench.isQuick ? 250 : 1_500;
  for (const { round, isWarm } of rounds(bench, { quick: 2, full: 6 }, { quick: 3_000, full: 60_000 })) {
    for (const target of among) {
      const pace = { groups, ...paceOf(round) };
      await before?.(target, pace);
      const measured = () => send(bench, target, alerts, 'requests' in pace ? pace : { ...pace, forMs });
      const result = await (isWarm ? around(target, measured) : measured());
      if (target === 'firebreak') await untilTold(bench.world.main);
      if (isWarm && result) results[target].push(result);
    }
  }
  return results;
}

async function send({ world }: Bench, target: Target, alerts: Alerts, pace: Pace): Promise<LoadResult | undefined> {
  const { load, express, alertmanagerUrl } = world;
  switch (target) {
    case 'firebreak':
      return sendAlerts(world, world.main, alerts, pace);
    case 'express':
      return load.call('send', { ...express, body: webhookBody(alerts), ...pace });
    case 'storing':
      return load.call('send', { ...express, url: express.storingUrl, body: webhookBody(alerts), ...pace });
    case 'alertmanager': {
      if (alertmanagerUrl === null) return undefined;
      const url = `${alertmanagerUrl}/api/v2/alerts`;
      const headers = { 'Content-Type': 'application/json' };
      return load.call('send', { url, headers, body: alertmanagerBody(alerts), ...pace });
    }
  }
}
