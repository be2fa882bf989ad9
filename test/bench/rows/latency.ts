// How long after an alert: until its incident is there to be read, and until the first action of its playbook is done.
// One at a time, on a calm system, each beside its peer in turn.

import { timedByAnnouncement } from '../announced.ts';
import type { Bench } from '../bench.ts';
import { alertmanagerBody, fillIn, padded, webhookBody } from '../payloads.ts';
import { atMost, type Row } from '../report.ts';
import { quantile } from '../statistics.ts';

export async function visibleRows(bench: Bench): Promise<Row[]> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let n = 0; n < samplesOf(bench); n += 1) {
    ours.push(await timed(() => seenInFirebreak(bench, n)));
    const { alertmanagerUrl } = bench.world;
    if (alertmanagerUrl !== null) theirs.push(await timed(() => seenInAlertmanager(alertmanagerUrl, n)));
  }
  return percentileRows('alert to incident read over the API', ours, theirs, 'Alertmanager');
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function seenInFirebreak({ world: { main } }: Bench, n: number): Promise<void> {
  const body = fillIn(webhookBody({ kind: 'plain', count: 1, row: 'visible' }), n, n);
  const accepted = await fetch(`${main.url}/alerts/alertmanager`, { method: 'POST', headers: main.alertHeaders, body });
  const { incidents } = (await accepted.json()) as { incidents: { id: string }[] };
  const url = `${main.url}/api/incidents/${incidents[0]?.id}`;
  await untilSeen(async () => {
    const response = await fetch(url, { headers: main.apiHeaders });
    await response.arrayBuffer();
    return response.ok;
  });
}

async function seenInAlertmanager(base: string, n: number): Promise<void> {
  const body = fillIn(alertmanagerBody({ kind: 'plain', count: 1, row: 'visible' }), n, n);
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`${base}/api/v2/alerts`, { method: 'POST', headers, body });
  const uid = `visible-${padded(n, 12)}-0`;
  await untilSeen(async () => {
    const response = await fetch(`${base}/api/v2/alerts?filter=${encodeURIComponent(`uid="${uid}"`)}`);
    return ((await response.json()) as unknown[]).length > 0;
  });
}

async function untilSeen(look: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 1_000; looks += 1) if (await look()) return;
  throw new Error('An alert that was accepted is not to be seen');
}

/** Both end when the database announces the last write: of the action's outcome, or of the second activity. */
export async function containmentRows(bench: Bench): Promise<Row[]> {
  const { sdk } = bench.world;
  const samples = samplesOf(bench);
  const { ours, theirs } = await timedByAnnouncement(bench, {
    ...{ kind: 'act', samples, announce: announceOutcomes },
    floor: async () => (await sdk.call('timeTwoActivities', null)).ms,
    progress: (n) => n % 10 === 0 && bench.progress(`alert to first containment, ${n} of ${samples}`),
  });
  const [p50, p99] = percentileRows('alert to first containment', ours, theirs, 'bare, 2 activities, same act');
  return [{ ...p50, goal: atMost('ratio', 1.2) }, p99];
}

const announceOutcomes = `
  create function announce_outcome() returns trigger language plpgsql as $$
  begin
    perform pg_notify('bench_act', new.key);
    return null;
  end $$;
  create trigger bench_announce after update of outcome on effects for each row execute function announce_outcome();
`;

const samplesOf = ({ isQuick }: Bench): number => (isQuick ? 20 : 100);

function percentileRows(name: string, ours: number[], theirs: number[], beside: string): [Row, Row] {
  const row = (share: number, label: string): Row => ({
    name: `${name}, ${label}`,
    unit: 'ms',
    value: quantile(ours, share),
    floor: theirs.length === 0 ? null : quantile(theirs, share),
    beside,
    goal: null,
  });
  return [row(0.5, 'p50'), row(0.99, 'p99')];
}
