// What people say to an incident. Each is one command of the API; they differ in their arguments alone.

import { Argument, Option } from 'commander';
import type { CommandRequest } from '../../../contract/api/index.ts';
import { type Disposition, dispositions } from '../../../core/incident/status.ts';
import { type Severity, severities } from '../../../core/severity.ts';
import type { Cli, DefineCommand } from '../../cli.ts';
import { clean } from '../../format/text.ts';
import { given, leaf, reasonOption } from '../../options.ts';

/** Sends it and says what came of it. @throws CliError with the code of the refusal */
export async function command(cli: Cli, incidentId: string, request: CommandRequest, done: string): Promise<void> {
  const client = await cli.client();
  const result = await client.command(incidentId, request);
  cli.show(result, ({ status }) => {
    cli.terminal.line(
      status === 'done' ? done : `Stored as command ${result.id}; the incident is told as soon as it can be reached.`,
    );
  });
}

interface Reason {
  reason?: string;
}

const ack: DefineCommand = (cli) =>
  leaf('ack', 'acknowledge: a person is on it', ['firebreak incidents ack 7k2m9qx4ta'])
    .argument('<id>', 'the incident')
    .action((id: string) => command(cli, id, { type: 'acknowledge' }, `Acknowledged ${id}.`));

const assign: DefineCommand = (cli) =>
  leaf('assign', 'hand it to someone', ['firebreak incidents assign 7k2m9qx4ta ana'])
    .argument('<id>', 'the incident')
    .argument('<person>', 'who works on it')
    .action((id: string, to: string) => command(cli, id, { type: 'assign', to }, `Assigned ${id} to ${clean(to)}.`));

const note: DefineCommand = (cli) =>
  leaf('note', 'write something on its timeline', [`firebreak incidents note 7k2m9qx4ta 'Asked the network team'`])
    .argument('<id>', 'the incident')
    .argument('<text...>', 'the note')
    .action((id: string, parts: string[]) =>
      command(cli, id, { type: 'note', text: parts.join(' ') }, `Noted on ${id}.`),
    );

const severity: DefineCommand = (cli) =>
  leaf('severity', 'change how severe it is', [`firebreak incidents severity 7k2m9qx4ta high --reason 'One host only'`])
    .argument('<id>', 'the incident')
    .addArgument(new Argument('<severity>', 'how severe').choices(severities))
    .addOption(reasonOption())
    .action((id: string, wanted: Severity, { reason }: Reason) =>
      command(cli, id, { type: 'severity', severity: wanted, ...given({ reason }) }, `${id} is ${wanted} now.`),
    );

const resolve: DefineCommand = (cli) =>
  leaf('resolve', 'it is over: go on to the review', ['firebreak incidents resolve 7k2m9qx4ta'])
    .argument('<id>', 'the incident')
    .addOption(reasonOption())
    .action((id: string, { reason }: Reason) =>
      command(cli, id, { type: 'resolve', ...given({ reason }) }, `Resolved ${id}.`),
    );

const dismiss: DefineCommand = (cli) =>
  leaf('dismiss', 'it is none: end it, and undo what was contained', [
    `firebreak incidents dismiss 7k2m9qx4ta --as false_positive --reason 'Load test'`,
  ])
    .argument('<id>', 'the incident')
    .addOption(new Option('--as <disposition>', 'the verdict').choices(dispositions).makeOptionMandatory())
    .addOption(reasonOption())
    .action((id: string, { as: disposition, reason }: Reason & { as: Disposition }) =>
      command(cli, id, { type: 'dismiss', disposition, ...given({ reason }) }, `Dismissed ${id}.`),
    );

const reopen: DefineCommand = (cli) =>
  leaf('reopen', 'it is not over after all', [`firebreak incidents reopen 7k2m9qx4ta --reason 'Seen again'`])
    .argument('<id>', 'the incident')
    .addOption(reasonOption())
    .action((id: string, { reason }: Reason) =>
      command(cli, id, { type: 'reopen', ...given({ reason }) }, `Reopened ${id}.`),
    );

const merge: DefineCommand = (cli) =>
  leaf('merge', 'it is a part of another incident', ['firebreak incidents merge 7k2m9qx4ta 3b8v1nw6ze'])
    .argument('<id>', 'the incident that ends')
    .argument('<into>', 'the incident that goes on')
    .addOption(reasonOption())
    .action((id: string, into: string, { reason }: Reason) =>
      command(cli, id, { type: 'merge', into, ...given({ reason }) }, `Merged ${id} into ${into}.`),
    );

const unmerge: DefineCommand = (cli) =>
  leaf('unmerge', 'it is no part of the other incident after all: it goes on with its own alerts', [
    `firebreak incidents unmerge 7k2m9qx4ta --reason 'Another cause'`,
  ])
    .argument('<id>', 'the incident that was merged')
    .addOption(reasonOption())
    .action((id: string, { reason }: Reason) =>
      command(cli, id, { type: 'unmerge', ...given({ reason }) }, `Took ${id} out again.`),
    );

export const changes: readonly DefineCommand[] = [
  ...[ack, assign, note, severity, resolve, dismiss, reopen, merge, unmerge],
];
