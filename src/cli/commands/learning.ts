// What was learnt from incidents that people ended.

import type { BackTest, Measured } from '../../core/learning/back-test.ts';
import { speaksFrom } from '../../core/learning/model.ts';
import type { Cli, DefineCommand } from '../cli.ts';
import { type Column, printFields, printTable } from '../format/table.ts';
import { plural } from '../format/text.ts';
import { relative } from '../format/time.ts';
import { group, leaf } from '../options.ts';

export const learning: DefineCommand = (cli) =>
  group('learning', 'what was learnt from incidents that people ended', [status(cli), backTest(cli), rebuild(cli)]);

const status: DefineCommand = (cli) =>
  leaf('status', 'how much was learnt, and from what', ['firebreak learning status']).action(async () => {
    const client = await cli.client();
    cli.show(await client.learning(), ({ speaks, falseAlarms, real, due, model, updatedAt }) => {
      const least = `${speaksFrom.verdicts} verdicts of people, ${speaksFrom.ofEach} of each`;
      printFields(cli.terminal, [
        ['Verdicts', `${falseAlarms + real}: ${plural(falseAlarms, 'false alarm')}, ${real} real`],
        ['Speaks', speaks ? 'yes' : `not yet: it needs ${least}`],
        ['Due', due === 0 ? 'nothing' : plural(due, 'incident')],
        ['Model', model],
        ['Learnt last', updatedAt && relative(updatedAt, cli.now())],
      ]);
    });
  });

const rebuild: DefineCommand = (cli) =>
  leaf('rebuild', 'forget the model and learn anew from all incidents that people ended', [
    'firebreak learning rebuild',
  ]).action(async () => {
    const client = await cli.client();
    cli.show(await client.rebuildLearning(), ({ incidents }) =>
      cli.terminal.line(`Learning anew from ${plural(incidents, 'incident')}; see firebreak learning status.`),
    );
  });

const backTest: DefineCommand = (cli) =>
  leaf('back-test', 'would it have been right? Recorded incidents, each predicted from those before it', [
    'firebreak learning back-test',
    'firebreak learning back-test --json',
  ]).action(async () => {
    const [{ withStore }, { backTestRecorded }] = await Promise.all([
      import('../store.ts'),
      import('../../learning/back-test.ts'),
    ]);
    cli.show(await withStore(cli.config(), backTestRecorded), (tested) => print(cli, tested));
  });

interface Line {
  what: string;
  model: string;
  prior: string;
}

function print(cli: Cli, { incidents, falseAlarms, real, unsaid, predicted, model, prior }: BackTest): void {
  const { terminal } = cli;
  const ended = `${plural(incidents, 'incident')} that people ended: ${falseAlarms} false alarms, ${real} real`;
  terminal.line(`${ended}. Nothing was said of ${unsaid}, where too little was known by then.`);
  if (predicted === 0) return;
  terminal.line();
  const columns: Column<Line>[] = [
    { title: `OF ${predicted} PREDICTED`, value: ({ what }) => what },
    { title: 'MODEL', value: (line) => line.model },
    { title: 'SHARE OF THE KIND', value: (line) => line.prior },
  ];
  printTable(terminal, linesOf(model, prior), columns);
  terminal.line();
  printTable(terminal, model.calibration, [
    { title: 'GIVEN CHANCE', value: ({ from, to }) => `${percentOf(from)} to ${percentOf(to)}` },
    { title: 'INCIDENTS', value: ({ predictions }) => String(predictions) },
    { title: 'MEAN CHANCE', value: ({ meanChance }) => percentOf(meanChance) },
    { title: 'WERE FALSE ALARMS', value: ({ falseAlarmShare }) => percentOf(falseAlarmShare) },
  ]);
}

function linesOf(model: Measured, prior: Measured): Line[] {
  const number = (value: number | null): string => (value === null ? '-' : value.toFixed(3));
  return [
    { what: 'AUC (1 is perfect, 0.5 a coin)', model: number(model.auc), prior: number(prior.auc) },
    { what: 'Brier score (0 is perfect)', model: number(model.brier), prior: number(prior.brier) },
    ...model.cuts.map(({ recall, share }, at) => ({
      what: `False alarms ranked behind ${percentOf(recall)} of what is real`,
      model: percentOf(share),
      prior: percentOf(prior.cuts[at]?.share ?? null),
    })),
  ];
}

const percentOf = (share: number | null): string => (share === null ? '-' : `${Math.round(share * 100)} %`);
