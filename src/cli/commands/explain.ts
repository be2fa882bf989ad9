import type { DefineCommand } from '../cli.ts';
import { CliError } from '../errors.ts';
import { clean } from '../format/text.ts';
import { leaf } from '../options.ts';

/** Ids of incidents are shorter than those of alerts; see core/ids.ts. */
const longestIncidentId = 10;

export const explain: DefineCommand = (cli) =>
  leaf('explain', 'why an incident is what it is, or why an alert is none', [
    'firebreak explain 7k2m9qx4ta',
    'firebreak explain 3f1c0a9be4d277885qx4',
  ])
    .argument('<id>', 'an incident or an alert')
    .action(async (id: string) => {
      const client = await cli.client();
      const [first, second] = [client.explainIncident, client.explainAlert];
      const inOrder = id.length > longestIncidentId ? [second, first] : [first, second];
      cli.show(await firstFound(id, inOrder), ({ about, title, answers }) => {
        cli.terminal.line(cli.terminal.style('bold', clean(`${about} ${id}: ${title}`)));
        for (const { question, lines } of answers) {
          cli.terminal.line();
          cli.terminal.line(cli.terminal.style('bold', clean(question)));
          for (const line of lines) cli.terminal.line(`  ${clean(line)}`);
        }
      });
    });

async function firstFound<T>(id: string, [ask, ...others]: ((id: string) => Promise<T>)[]): Promise<T> {
  if (!ask) throw new CliError('not_found', `There is no incident and no alert ${id}`);
  try {
    return await ask(id);
  } catch (error) {
    if (error instanceof CliError && error.code.endsWith('_not_found')) return firstFound(id, others);
    throw error;
  }
}
