// `npm run bench`: Firebreak beside the bare SDK and its peers, in one run on one machine.
//   --quick       smaller samples, within a minute
//   --json FILE   the rows as {rows: [{name, unit, value, floor, ratio}]}
//   --only NAME   some of the rows; may be repeated
//   --cpu-prof DIR  a CPU profile of Firebreak's process

import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Bench, incidentOf } from './bench.ts';
import { growStore, readSpecimen } from './grown-store.ts';
import { type Row, toJson, toTable } from './report.ts';
import { eventRows } from './rows/events.ts';
import { growthRows } from './rows/growth.ts';
import { incidentRows } from './rows/incidents.ts';
import { intakeRows } from './rows/intake.ts';
import { containmentRows, visibleRows } from './rows/latency.ts';
import { playbookRows } from './rows/playbook.ts';
import { stormRows } from './rows/storm.ts';
import { startWorld } from './world.ts';

const sections = ['growth', 'visible', 'containment', 'playbook', 'intake', 'incidents', 'storm'] as const;
type Section = (typeof sections)[number];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: { type: 'string', multiple: true },
    'cpu-prof': { type: 'string' },
  },
});
const chosen = options.only ?? sections;
const unknown = chosen.filter((name) => !sections.some((section) => section === name));
if (unknown.length > 0) {
  console.error(`--only is wrong: got ${unknown.join(', ')}; it must be one of ${sections.join(', ')}`);
  process.exit(2);
}

const startedAt = performance.now();
const progress = (text: string): void => {
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4);
  process.stderr.write(`${seconds} s  ${text}\n`);
};

const stack = new AsyncDisposableStack();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    progress('stopping');
    stack.disposeAsync().finally(() => process.exit(130));
  });
}
try {
  const loadBefore = loadText();
  const rows = await measure();
  const [cpu] = cpus();
  process.stdout.write(`\n${toTable(rows)}\n`);
  process.stdout.write(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim()}, Node ${process.versions.node}; ` +
      `load average ${loadBefore} at the start, ${loadText()} at the end\n`,
  );
  if (options.json !== undefined) await writeFile(options.json, toJson(rows));
} finally {
  await stack.disposeAsync();
}
process.exit();

async function measure(): Promise<Row[]> {
  progress('starting Temporal, Postgres, Firebreak and its peers');
  const profileDir = options['cpu-prof'];
  const world = await startWorld({ stack, ...(profileDir !== undefined && { profileDir }) });
  const bench: Bench = { world, isQuick: options.quick, progress };
  const events = await eventRows(bench);
  const measurements: Record<Section, () => Promise<Row[]>> = {
    growth: () => measureGrowth(bench),
    visible: () => visibleRows(bench),
    containment: () => containmentRows(bench),
    playbook: () => playbookRows(bench),
    intake: () => intakeRows(bench),
    incidents: () => incidentRows(bench),
    storm: () => stormRows(bench),
  };
  const rows = [...events];
  for (const section of sections) if (chosen.includes(section)) rows.push(...(await measurements[section]()));
  return rows;
}

async function measureGrowth(bench: Bench): Promise<Row[]> {
  const { world } = bench;
  const sizes = { small: 100, grown: options.quick ? 2_000 : 10_000 };
  progress(`filling a store with ${sizes.grown} incidents`);
  const specimen = await readSpecimen(world.main.store, incidentOf('one-plain', 0));
  await growStore(world.main.databaseUrl, specimen, sizes.small);
  const grown = await world.startAnother('grown', (url) => growStore(url, specimen, sizes.grown));
  const rows = await growthRows(bench, grown, sizes);
  await grown.stop();
  return rows;
}

function loadText(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
