import { writeFile } from 'node:fs/promises';
import type { DefineCommand } from '../../cli.ts';
import { cleanLines } from '../../format/text.ts';
import { leaf } from '../../options.ts';

export const report: DefineCommand = (cli) =>
  leaf('report', 'the report, as Markdown or HTML', [
    'firebreak incidents report 7k2m9qx4ta > report.md',
    'firebreak incidents report 7k2m9qx4ta --html --out report.html',
  ])
    .argument('<id>', 'the incident')
    .option('--html', 'HTML instead of Markdown')
    .option('--out <file>', 'write it to a file')
    .action(async (id: string, { html, out }: { html?: true; out?: string }) => {
      const client = await cli.client();
      const written = await client.report(id);
      const text = html ? written.html : written.markdown;
      if (out !== undefined) {
        await writeFile(out, text);
        cli.show({ incidentId: id, writtenAt: written.writtenAt, file: out }, () => cli.terminal.line(`Wrote ${out}.`));
      } else {
        cli.show(written, () => cli.terminal.line(cleanLines(text).trimEnd()));
      }
      if (written.draft && !cli.json) cli.terminal.note('This is a draft: the incident goes on.');
    });
