import { incidentStatuses } from '../../../core/incident/status.ts';
import { severities } from '../../../core/severity.ts';
import type { DefineCommand } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { printEnd, printIncidents } from '../../format/incident.ts';
import { cursorOption, given, leaf, limitOption, someOf } from '../../options.ts';

interface Options {
  open?: true;
  ended?: true;
  status?: string;
  severity?: string;
  service?: string;
  search?: string;
  priorityFirst?: true;
  likelyFirst?: true;
  limit: number;
  cursor?: string;
}

export const list: DefineCommand = (cli) =>
  leaf('list', 'list incidents, newest first', [
    'firebreak incidents list --open --severity critical,high',
    'firebreak incidents list --search checkout --json',
    'firebreak incidents list --open --priority-first',
    'firebreak incidents list --open --likely-first',
  ])
    .option('--open', 'only those that have not ended')
    .option('--ended', 'only those that have')
    .option('--status <status>', `one or more of ${incidentStatuses.join(', ')}`, someOf(incidentStatuses))
    .option('--severity <severity>', `one or more of ${severities.join(', ')}`, someOf(severities))
    .option('--service <name>', 'only of this service')
    .option('--search <words>', 'words of the title or service, or an id')
    .option('--priority-first', 'P1 first, instead of the newest')
    .option('--likely-first', 'what is least likely a false alarm first, instead of the newest')
    .addOption(limitOption())
    .addOption(cursorOption())
    .action(async ({ open, ended, priorityFirst, likelyFirst, limit, cursor, ...options }: Options) => {
      const { search, status, severity, service } = options;
      const client = await cli.client();
      const state = open === ended ? {} : { open: open === true };
      if (priorityFirst && likelyFirst) {
        throw new CliError('usage_error', 'Give either --priority-first or --likely-first', { usage: true });
      }
      const sort = priorityFirst ? 'priority' : likelyFirst ? 'likely_real' : undefined;
      const query = given({ status, severity, service, cursor, sort, q: search });
      const page = await client.incidents({ ...query, ...state, limit });
      cli.show(page, ({ items, next }) => {
        if (items.length > 0) printIncidents(cli, items);
        printEnd(cli, items.length, next, 'No incidents.');
      });
    });
