import { InvalidArgumentError } from 'commander';
import { type QueueName, queues } from '../../contract/names.ts';
import type { DefineCommand } from '../cli.ts';
import { leaf } from '../options.ts';
import { serve } from '../serve.ts';

const queueNames = Object.keys(queues) as QueueName[];

export const worker: DefineCommand = (cli) =>
  leaf('worker', 'one worker, for one or more queues', [
    'firebreak worker --queue containment',
    'firebreak worker --queue incident --queue notify',
  ])
    .requiredOption('--queue <name>', `${queueNames.join(', ')}; repeatable`, collectQueue)
    .action(async ({ queue: wanted }: { queue: QueueName[] }) => {
      const { runWorker } = await import('../../service/index.ts');
      await serve(
        cli,
        () => runWorker(cli.config(), wanted),
        () => cli.show({ queues: wanted }, () => cli.terminal.line(`The worker takes from ${wanted.join(' and ')}`)),
      );
    });

function collectQueue(name: string, others: QueueName[] = []): QueueName[] {
  const wanted = queueNames.find((one) => one === name);
  if (!wanted) throw new InvalidArgumentError(`Allowed are ${queueNames.join(', ')}.`);
  return [...new Set([...others, wanted])];
}
