import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { nearestName } from '../../../actions/lib/nearest-name.ts';
import type { Answer } from '../../../core/incident/answer.ts';
import type { DefineCommand } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { printSimulation } from '../../format/simulation.ts';
import { leaf } from '../../options.ts';

interface Options {
  simulate?: boolean;
  alerts?: string;
  sample?: string;
  plan?: string;
  answer: Record<string, Answer>;
  fail: string[];
}

export const run: DefineCommand = (cli) =>
  leaf('run', 'think a playbook through: its steps, who would be asked, what would be refused and undone', [
    'firebreak plan run brute-force --simulate --sample brute-force',
    'firebreak plan run service-down --simulate --alerts alert.json --fail health',
  ])
    .argument('<playbook>', 'its name')
    .option('--simulate', 'needed: for real, playbooks run only when alerts come')
    .option('--alerts <file>', 'alerts in the form of the source generic, as JSON')
    .option('--sample <name>', 'a sample, as for firebreak send; of another source as <source>/<name>')
    .option('--plan <folder>', 'the plan; default: FIREBREAK_PLAN')
    .option('--answer <step=value>', 'the answer to a question; may be repeated', answerOption, {})
    .option('--fail <step>', 'a step that fails; may be repeated', (text: string, all: string[]) => [...all, text], [])
    .action(async (playbook: string, options: Options) => {
      if (!options.simulate) {
        const message = 'Add --simulate: for real, playbooks run only when alerts come (firebreak send)';
        throw new CliError('simulate_only', message, { usage: true });
      }
      const [{ loadPlan }, { simulate }] = await Promise.all([
        import('../../../plan/load.ts'),
        import('../../../plan-test/simulate.ts'),
      ]);
      const plan = await loadPlan(options.plan === undefined ? cli.config().planDir : resolve(options.plan));
      const names = plan.plan.playbooks.map(({ name }) => name);
      if (!names.includes(playbook)) throw unknownPlaybook(playbook, names);
      const nowMs = cli.now().getTime();
      const alerts = await alertsOf(options, nowMs);
      const assumptions = { answers: options.answer, fails: options.fail };
      const simulation = simulate({ plan, playbook, alerts, nowMs, assumptions });
      const { state, chosen, steps } = simulation;
      const { plan: response } = state;
      cli.show({ playbook, chosen, response, steps }, () => printSimulation(cli.terminal, simulation));
    });

function unknownPlaybook(name: string, known: readonly string[]): CliError {
  const near = nearestName(name, known);
  const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
  return new CliError('unknown_playbook', `There is no playbook ${name}: ${hint}`, { usage: true });
}

function answerOption(text: string, all: Record<string, Answer>): Record<string, Answer> {
  const [, step, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (!step || value === undefined) throw new InvalidArgumentError('Write the id of the question, "=" and the answer.');
  return { ...all, [step]: typed(value) };
}

function typed(text: string): Answer {
  if (text === 'true' || text === 'yes') return true;
  if (text === 'false' || text === 'no') return false;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

async function alertsOf({ alerts, sample }: Options, nowMs: number) {
  const { normalised, problemOfAlert } = await import('../../../plan-test/alerts.ts');
  const chosen = alerts === undefined ? [sampleOrPlain(sample)] : await given(alerts);
  return chosen.flatMap((one) => {
    const problem = problemOfAlert(one);
    if (!problem) return normalised(one, nowMs);
    const near = problem.wrong === undefined ? undefined : nearestName(problem.wrong, problem.known);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    throw new CliError('alert_invalid', `${problem.message}${hint}`, { usage: true });
  });
}

function sampleOrPlain(sample: string | undefined): Record<string, string> {
  if (sample === undefined) return { title: 'An alert' };
  const [name = '', source] = sample.split('/').reverse();
  return { sample: name, ...(source !== undefined && { source }) };
}

/** One alert, a list of them, or a body with `alerts`. */
async function given(file: string): Promise<Record<string, unknown>[]> {
  const read = readJson(file, await readFile(file, 'utf8'));
  const all = typeof read === 'object' && read !== null && 'alerts' in read ? read.alerts : read;
  return (Array.isArray(all) ? all : [all]) as Record<string, unknown>[];
}

function readJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError('not_json', `${file} is no JSON: ${(error as Error).message}`, { usage: true });
  }
}
