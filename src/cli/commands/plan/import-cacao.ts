import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { CacaoPlaybook } from '../../../cacao/model.ts';
import type { Violations } from '../../../cacao/violations.ts';
import { playbookPath } from '../../../core/plan/response-plan.ts';
import { plainLine } from '../../../core/text.ts';
import type { Cli, DefineCommand } from '../../cli.ts';
import { CliError, exitCodes } from '../../errors.ts';
import { toleratedLines, violationLines } from '../../format/cacao.ts';
import { clean, plural } from '../../format/text.ts';
import { leaf } from '../../options.ts';

interface Options {
  out?: string;
  keepLevels?: boolean;
  allowViolations?: boolean;
}

const mostBytes = 1024 * 1024;

export const importCacaoPlaybook: DefineCommand = (cli) =>
  leaf('import-cacao', 'a playbook from CACAO 2.0 (JSON); what cannot be mapped becomes a step for people', [
    'firebreak plan import-cacao phishing.json',
    'firebreak plan import-cacao phishing.json --out ./response-plan',
  ])
    .argument('<file>', 'the CACAO playbook')
    .option('--out <folder>', 'write playbooks/<name>.yaml into this plan')
    .option('--keep-levels', 'trust an export of Firebreak: steps that ran by themselves still do')
    .option('--allow-violations', 'read it though it breaks the schemas of CACAO 2.0; each violation is a warning')
    .action(async (file: string, { out, keepLevels = false, allowViolations = false }: Options) => {
      const [{ violationsOf }, { importCacao }] = await Promise.all([
        import('../../../cacao/violations.ts'),
        import('../../../cacao/import.ts'),
      ]);
      const value = await readJson(file);
      const { isTooDeep, errors, tolerated } = violationsOf(value);
      if (isTooDeep || (errors.length > 0 && !allowViolations)) return refuse(cli, file, { errors, tolerated });
      const { playbook, warnings } = importCacao(await modelOf(file, value), { keepLevels });
      const told = [...violationLines(errors).map((line) => `breaks CACAO 2.0: ${line}`), ...warnings];
      const notes = told.map((warning) => `# Check: ${plainLine(warning, 400)}\n`).join('');
      const yaml = `# yaml-language-server: $schema=../schemas/playbook.json\n${notes}${stringify(playbook, { lineWidth: 120 })}`;
      const { file: written, check } = out === undefined ? nothingWritten : await write(out, playbook.name, yaml);
      if (check && !check.ok) cli.exitCode = exitCodes.failure;
      cli.show({ file: written, playbook, warnings: told, errors, tolerated, check }, () => {
        for (const line of toleratedLines(tolerated)) cli.terminal.note(line);
        for (const warning of told) cli.terminal.note(`warning: ${clean(warning)}`);
        if (written === null) cli.terminal.stdout.write(yaml);
        else cli.terminal.line(`Wrote ${written}.`);
        if (check) for (const line of linesOfCheck(out ?? '', check)) cli.terminal.line(line);
      });
    });

interface Check {
  ok: boolean;
  /** Each as `plan check` tells it. */
  problems: string[];
  warnings: string[];
}

const nothingWritten: { file: string | null; check: Check | null } = { file: null, check: null };

/** Into the plan, which is then checked as a whole: a playbook is only right together with the rest. */
async function write(out: string, name: string, yaml: string): Promise<{ file: string; check: Check }> {
  const [{ checkPlan }, { describeProblem }] = await Promise.all([
    import('../../../plan/load.ts'),
    import('../../../plan/problem.ts'),
  ]);
  const file = join(out, playbookPath(name));
  await mkdir(join(out, 'playbooks'), { recursive: true });
  await writeFile(file, yaml, { flag: 'wx' });
  const checked = await checkPlan(out);
  const [problems, warnings] = checked.ok ? [[], checked.warnings] : [checked.problems, []];
  const check = { ok: checked.ok, problems: problems.map(describeProblem), warnings: warnings.map(describeProblem) };
  return { file, check };
}

const linesOfCheck = (out: string, { ok, problems, warnings }: Check): string[] =>
  ok
    ? [
        ...warnings.map((one) => clean(`warning: ${one}`)),
        `${clean(out)} is right with it. It is used once a rule of rules.yaml names it.`,
      ]
    : [...problems.map(clean), `${clean(out)} has ${plural(problems.length, 'problem')} with it.`];

function refuse(cli: Cli, file: string, { errors, tolerated }: Omit<Violations, 'isTooDeep'>): void {
  cli.exitCode = exitCodes.failure;
  cli.show({ file: null, playbook: null, warnings: [], errors, tolerated, check: null }, () => {
    for (const line of toleratedLines(tolerated)) cli.terminal.note(line);
    for (const line of violationLines(errors)) cli.terminal.note(`error: ${line}`);
    cli.terminal.line(`${clean(file)} breaks CACAO 2.0 in ${plural(errors.length, 'place')}: nothing is imported.`);
  });
}

async function readJson(file: string): Promise<unknown> {
  const { size } = await stat(file);
  if (size > mostBytes) throw invalid(file, `has ${size} bytes: at most ${mostBytes} are read`);
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(file, `is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What may satisfy CACAO 2.0 and is more than is read. */
async function modelOf(file: string, value: unknown): Promise<CacaoPlaybook> {
  const { cacaoPlaybook } = await import('../../../cacao/model.ts');
  const parsed = cacaoPlaybook.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 20);
  const lines = issues.map(({ path, message }) => `/${path.map(String).join('/')}: ${message}`);
  throw invalid(file, `cannot be read:\n${lines.join('\n')}`);
}

const invalid = (file: string, problem: string): CliError => new CliError('cacao_invalid', `${file} ${problem}`);
