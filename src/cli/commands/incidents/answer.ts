// Answering a question of a playbook.

import type { Question } from '../../../contract/api/index.ts';
import { type Answer, describeAnswerType, isAnswer } from '../../../core/incident/answer.ts';
import type { DefineCommand } from '../../cli.ts';
import { CliError } from '../../errors.ts';
import { leaf } from '../../options.ts';
import { command } from './changes.ts';

export const answer: DefineCommand = (cli) =>
  leaf('answer', 'answer a question of the playbook', [
    'firebreak incidents answer 7k2m9qx4ta is-it-ours yes',
    'firebreak incidents answer 7k2m9qx4ta how-many 12',
  ])
    .argument('<id>', 'the incident')
    .argument('<step>', 'the step that asks, as `incidents show` names it')
    .argument('<answer>', 'yes or no, a number, a text or one of the choices')
    .action(async (id: string, stepId: string, written: string) => {
      const client = await cli.client();
      const { questions } = await client.incident(id);
      const question = questions.find((one) => one.stepId === stepId);
      if (!question) throw new CliError('no_such_question', `Step ${stepId} of ${id} asks nothing now`);
      await command(cli, id, { type: 'answer', stepId, value: answerTo(question, written) }, `Answered ${stepId}.`);
    });

function answerTo({ type, choices }: Question, written: string): Answer {
  const wanted = type === 'choice' ? { choices } : type;
  const value = type === 'yes_no' ? yesNo[written.toLowerCase()] : type === 'number' ? Number(written || 'x') : written;
  if (isAnswer(wanted, value)) return value;
  throw new CliError('usage_error', `The answer must be ${describeAnswerType(wanted)}`, { usage: true });
}

const yesNo: Record<string, boolean | undefined> = {
  yes: true,
  y: true,
  true: true,
  no: false,
  n: false,
  false: false,
};
