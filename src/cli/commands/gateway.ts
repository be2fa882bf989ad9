import type { DefineCommand } from '../cli.ts';
import { leaf } from '../options.ts';
import { serve } from '../serve.ts';

export const gateway: DefineCommand = (cli) =>
  leaf('gateway', 'the gateway alone: alerts, API, console', [
    'DATABASE_URL=postgres://… TEMPORAL_ADDRESS=temporal:7233 firebreak gateway',
  ]).action(async () => {
    const { runGateway } = await import('../../service/index.ts');
    await serve(
      cli,
      () => runGateway(cli.config()),
      ({ urls }) => cli.show(urls, () => cli.terminal.line(`The gateway answers at ${urls.console}`)),
    );
  });
