import { writeFile } from 'node:fs/promises';
import type { DefineCommand } from '../cli.ts';
import { leaf } from '../options.ts';

export const openapi: DefineCommand = (cli) =>
  leaf('openapi', 'the OpenAPI document of the REST API', ['firebreak openapi --out openapi.json'])
    .option('--out <file>', 'write it to a file')
    .action(async ({ out }: { out?: string }) => {
      const [{ openApiDocument }, { routes }] = await Promise.all([
        import('../../gateway/api/openapi.ts'),
        import('../../gateway/api/routes/index.ts'),
      ]);
      const document = openApiDocument(routes, cli.config().publicUrl);
      // JSON with and without --json.
      if (out === undefined) return cli.terminal.json(document);
      await writeFile(out, `${JSON.stringify(document, null, 2)}\n`);
      cli.show({ file: out }, () => cli.terminal.line(`Wrote ${out}.`));
    });
