import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Alert } from '../../../core/alert.ts';
import type { Json } from '../../../core/canonical.ts';
import type { Difference } from '../../../core/plan-diff/compare.ts';
import type { IncidentDiff } from '../../../core/plan-diff/diff.ts';
import type { Placement, Regrouping } from '../../../core/plan-diff/regrouping.ts';
import type { Cli, DefineCommand } from '../../cli.ts';
import { exitCodes } from '../../errors.ts';
import { clean, plural } from '../../format/text.ts';
import { leaf } from '../../options.ts';

interface Options {
  alerts?: string;
  recorded?: number;
  exitCode?: true;
}

const mostRecorded = 5_000;

export const diff: DefineCommand = (cli) =>
  leaf('diff', 'what two plans would do differently about the same alerts', [
    'firebreak plan diff ./response-plan ./response-plan-new',
    'firebreak plan diff old new --alerts alerts-2025.ndjson --exit-code',
    'firebreak plan diff old new --recorded 500',
  ])
    .argument('<before>', 'folder of a plan')
    .argument('<after>', 'folder of the other plan')
    .addOption(
      new Option('--alerts <file>', 'NDJSON or a JSON list, as `firebreak import` takes it').conflicts('recorded'),
    )
    .addOption(new Option('--recorded <n>', 'the newest n incidents on the server').argParser(incidentCount))
    .option('--exit-code', 'exit code 1 when they differ')
    .action(async (before: string, after: string, options: Options) => {
      const [{ loadPlan }, { actions }, { diffPlans }, alerts] = await Promise.all([
        import('../../../plan/load.ts'),
        import('../../../actions/index.ts'),
        import('../../../core/plan-diff/diff.ts'),
        alertsFor(cli, options),
      ]);
      const plans = [await loadPlan(resolve(before)), await loadPlan(resolve(after))] as const;
      const result = diffPlans(...plans, alerts, actions);
      const { changed, regrouped, incidents, same } = result;
      const differs = changed.length + regrouped.length > 0;
      if (options.exitCode && differs) cli.exitCode = exitCodes.failure;
      cli.show({ differs, alerts: alerts.length, ...result }, () => {
        for (const one of regrouped) printRegrouping(cli, one);
        for (const one of changed) print(cli, one);
        const tried = `${plural(incidents, 'incident')} of ${plural(alerts.length, 'alert')}`;
        cli.terminal.line(`${tried}: ${same} the same, ${incidents - same} different`);
      });
    });

async function alertsFor(cli: Cli, { alerts, recorded }: Options): Promise<Alert[]> {
  const { alertsInFile, alertsOnRecord, sampleAlerts } = await import('../../recorded-alerts.ts');
  const nowMs = cli.now().getTime();
  if (alerts !== undefined) return alertsInFile(alerts, nowMs);
  return recorded === undefined ? sampleAlerts(nowMs) : alertsOnRecord(await cli.client(), recorded);
}

function incidentCount(text: string): number {
  const count = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= mostRecorded)) throw new InvalidArgumentError(`Write a whole number from 1 to ${mostRecorded}.`);
  return count;
}

function printRegrouping({ terminal }: Cli, { source, titles, startsAt, alerts, before, after }: Regrouping): void {
  const head = `${titles.join(', ')}${alerts > titles.length ? ', …' : ''}`;
  terminal.line(`${terminal.style('bold', clean(head))} ${terminal.style('dim', `(${source}, ${startsAt})`)}`);
  const text = `${plural(alerts, 'alert')}: ${placementText(before)} → ${placementText(after)}`;
  terminal.line(`  ${terminal.style('yellow', clean(text))}`);
  terminal.line();
}

function placementText({ incidents, withheld }: Placement): string {
  const held = withheld.map(({ why, by, alerts, released }) => {
    const later = released === 0 ? '' : ` (${released} released later)`;
    return `${alerts} withheld, ${why.replaceAll('_', ' ')}: ${by}${later}`;
  });
  return [...(incidents > 0 || held.length === 0 ? [plural(incidents, 'incident')] : []), ...held].join('; ');
}

function print({ terminal }: Cli, { source, title, startsAt, differences }: IncidentDiff): void {
  terminal.line(`${terminal.style('bold', clean(title))} ${terminal.style('dim', `(${source}, ${startsAt})`)}`);
  for (const difference of differences) {
    for (const [style, text] of said(difference)) terminal.line(`  ${terminal.style(style, clean(text))}`);
  }
  terminal.line();
}

function said({ aspect, step, path, before, after }: Difference): ['red' | 'green' | 'yellow', string][] {
  if (step === undefined) return [['yellow', `${aspect}${path && ` ${path}`}: ${shown(before)} → ${shown(after)}`]];
  if (path !== '') return [['yellow', `step ${step} ${path}: ${shown(before)} → ${shown(after)}`]];
  return before === null
    ? [['green', `+ step ${step}: ${short(after)}`]]
    : [['red', `- step ${step}: ${short(before)}`]];
}

const shown = (value: Json): string =>
  typeof value === 'string' ? value : value === null ? 'none' : JSON.stringify(value);

/** Of a whole step: what it is. */
function short(step: Json): string {
  const { type, action, target, level } = step as Record<string, Json>;
  return [action ?? type, target, level].filter((part) => typeof part === 'string').join(' ');
}
