import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { playbookPath } from '../../../core/plan/response-plan.ts';
import { plainLine } from '../../../core/text.ts';
import type { DefineCommand } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { clean } from '../../format/text.ts';
import { leaf } from '../../options.ts';

interface Options {
  out?: string;
  keepLevels?: boolean;
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
    .action(async (file: string, { out, keepLevels = false }: Options) => {
      const { importCacao } = await import('../../../cacao/import.ts');
      const { playbook, warnings } = importCacao(await read(file), { keepLevels });
      const notes = warnings.map((warning) => `# Check: ${plainLine(warning, 400)}\n`).join('');
      const yaml = `# yaml-language-server: $schema=../schemas/playbook.json\n${notes}${stringify(playbook, { lineWidth: 120 })}`;
      const written = out === undefined ? null : join(out, playbookPath(playbook.name));
      if (out !== undefined && written !== null) {
        await mkdir(join(out, 'playbooks'), { recursive: true });
        await writeFile(written, yaml, { flag: 'wx' });
      }
      cli.show({ file: written, playbook, warnings }, () => {
        for (const warning of warnings) cli.terminal.note(`warning: ${clean(warning)}`);
        if (written === null) cli.terminal.stdout.write(yaml);
        else cli.terminal.line(`Wrote ${written}. Now run: firebreak plan check ${out}`);
      });
    });

async function read(file: string) {
  const { cacaoPlaybook } = await import('../../../cacao/model.ts');
  const { size } = await stat(file);
  if (size > mostBytes) throw invalid(file, `has ${size} bytes: at most ${mostBytes} are read`);
  const parsed = cacaoPlaybook.safeParse(json(file, await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 20);
  const lines = issues.map(({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`);
  throw invalid(file, `is not CACAO 2.0:\n${lines.join('\n')}`);
}

function json(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(file, `is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const invalid = (file: string, problem: string): CliError => new CliError('cacao_invalid', `${file} ${problem}`);
