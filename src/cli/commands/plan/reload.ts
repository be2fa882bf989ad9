import type { DefineCommand } from '../../cli.ts';
import { exitCodes } from '../../errors.ts';
import { clean, plural } from '../../format/text.ts';
import { leaf } from '../../options.ts';

export const reload: DefineCommand = (cli) =>
  leaf('reload', 'have the server read its plan again; exit code 1 when it is refused and the one before stays', [
    'firebreak plan reload',
  ]).action(async () => {
    const reloaded = await (await cli.client()).reloadPlan();
    if (reloaded.outcome === 'refused') cli.exitCode = exitCodes.failure;
    const { line } = cli.terminal;
    cli.show(reloaded, ({ outcome, digest, previous, problems = [] }) => {
      if (outcome === 'loaded') line(`Loaded ${digest}; before it was ${previous}. Incidents that run keep theirs.`);
      if (outcome === 'unchanged') line(`Nothing changed: ${digest}`);
      if (outcome !== 'refused') return;
      for (const { file, line: at, column, path, message } of problems) {
        line(clean(`${file}:${at}:${column}${path && ` ${path}`}: ${message}`));
      }
      line(`Refused: the plan has ${plural(problems.length, 'problem')}. ${digest} stays.`);
    });
  });
