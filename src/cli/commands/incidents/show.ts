import type { DefineCommand } from '../../cli.ts';
import { printIncident } from '../../format/incident.ts';
import { leaf } from '../../options.ts';

const latestShown = 10;

export const show: DefineCommand = (cli) =>
  leaf('show', 'show one incident: alerts, steps, approvals, containments', ['firebreak incidents show 7k2m9qx4ta'])
    .argument('<id>', 'the incident')
    .action(async (id: string) => {
      const client = await cli.client();
      const [incident, learnt] = await Promise.all([client.incident(id), client.learnt(id)]);
      if (cli.json) return cli.terminal.json({ ...incident, learnt });
      const { items } = await client.timeline(id, { order: 'desc', limit: latestShown });
      printIncident(cli, incident, { latest: items.reverse(), learnt });
    });
