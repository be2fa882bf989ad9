// Steps that people start or settle.

import { InvalidArgumentError, Option } from 'commander';
import type { Json } from '../../../core/canonical.ts';
import type { DefineCommand } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { parseDuration } from '../../format/time.ts';
import { given, leaf, reasonOption } from '../../options.ts';
import { command } from './changes.ts';

type Params = Record<string, Json>;

export const run: DefineCommand = (cli) =>
  leaf('run', 'run an action; it asks for approval where the plan says so', [
    'firebreak incidents run 7k2m9qx4ta block_ip --param address=203.0.113.7 --for 2h',
    `firebreak incidents run 7k2m9qx4ta http_check --param url=http://localhost:9000/health --param 'statuses=[200,204]'`,
  ])
    .argument('<id>', 'the incident')
    .argument('<action>', 'the action, such as block_ip')
    .option('--param <name=value>', 'a parameter; JSON where it is JSON, else text. Repeatable', collectParam)
    .option('--for <duration>', 'how long a containment is held, such as 2h', parseDuration)
    .addOption(reasonOption())
    .action((id: string, action: string, options: { param?: Params; for?: number; reason?: string }) => {
      const { param: params = {}, for: holdMs, reason } = options;
      const request = { type: 'run_action' as const, action, params, ...given({ holdMs, reason }) };
      return command(cli, id, request, `Added ${action} to ${id}; see firebreak incidents show ${id}.`);
    });

export const start: DefineCommand = (cli) =>
  leaf('start', 'start a step that the plan only suggests', ['firebreak incidents start 7k2m9qx4ta block-source'])
    .argument('<id>', 'the incident')
    .argument('<step>', 'the step, as `incidents show` names it')
    .action((id: string, stepId: string) =>
      command(cli, id, { type: 'start_step', stepId }, `Started ${stepId} of ${id}.`),
    );

export const settle: DefineCommand = (cli) =>
  leaf('settle', 'say what really happened with a step whose outcome is unknown', [
    `firebreak incidents settle 7k2m9qx4ta block-source --happened --reason 'Seen in the firewall'`,
  ])
    .argument('<id>', 'the incident')
    .argument('<step>', 'the step')
    .addOption(new Option('--happened', 'it did happen').conflicts('didNotHappen'))
    .option('--did-not-happen', 'it did not')
    .addOption(reasonOption())
    .action((id: string, stepId: string, options: { happened?: true; didNotHappen?: true; reason?: string }) => {
      const { happened, didNotHappen, reason } = options;
      if (!happened && !didNotHappen) {
        throw new CliError('usage_error', 'Say whether it happened: --happened or --did-not-happen', { usage: true });
      }
      const request = { type: 'settle' as const, stepId, happened: happened === true, ...given({ reason }) };
      return command(cli, id, request, `Settled ${stepId} of ${id}.`);
    });

export const retry: DefineCommand = (cli) =>
  leaf('retry', 'begin anew what failed: one step, what failed inside it, or everything that failed', [
    'firebreak incidents retry 7k2m9qx4ta',
    'firebreak incidents retry 7k2m9qx4ta addresses',
  ])
    .argument('<id>', 'the incident')
    .argument('[step]', 'the step; otherwise whatever failed')
    .action((id: string, stepId: string | undefined) =>
      command(cli, id, { type: 'retry', ...given({ stepId }) }, `What failed of ${stepId ?? id} begins anew.`),
    );

function collectParam(text: string, others: Params = {}): Params {
  const [, name, value] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write name=value.');
  return { ...others, [name]: jsonOrText(value) };
}

function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
