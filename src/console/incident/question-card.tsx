// A question of the playbook: typed, until a time, answered once.

import { type FormEvent, useState } from 'react';
import type { CommandRequest, Question } from '../../contract/api/index.ts';
import { mayDecideAs } from '../../core/approval/policy.ts';
import { longestAnswer } from '../../core/incident/answer.ts';
import { useMayRespond, useSession } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { ErrorNote } from '../ui/note.tsx';
import { Outside } from '../ui/outside.tsx';
import { Clock } from '../ui/time.tsx';
import { usePending } from '../ui/use-pending.ts';
import { useCommand } from './use-command.ts';

type Value = Extract<CommandRequest, { type: 'answer' }>['value'];

export function QuestionCard({ question, incidentId }: { question: Question; incidentId: string }) {
  const mayRespond = useMayRespond();
  const { role } = useSession();
  const mayAnswer = mayRespond && mayDecideAs(role, question.roles);
  const send = useCommand(incidentId);
  const { isPending, error, run } = usePending();
  const answer = (value: Value): Promise<boolean> =>
    run(() => send({ type: 'answer', stepId: question.stepId, value }, `Answered: ${question.question}`));
  return (
    <article className="card question" aria-label={`Question: ${question.question}`}>
      <div className="card-head">
        <h3 className="card-title">
          <Outside text={question.question} />
        </h3>
      </div>
      <div className="card-rest">
        <div className="card-body">
          <p>
            Until <Clock at={question.expiresAt} />. Without an answer{' '}
            {question.otherwise === null ? 'the step fails then.' : `it is taken as ${said(question.otherwise)}.`}
          </p>
          {!mayAnswer && <p className="quiet">Answered by: {question.roles.join(' or ')}</p>}
          {error && <ErrorNote title="Not answered." error={error} />}
        </div>
        {mayAnswer && (
          <div className="card-decide">
            <AnswerForm question={question} isPending={isPending} onAnswer={answer} />
          </div>
        )}
      </div>
    </article>
  );
}

const said = (answer: Value): string => (typeof answer === 'boolean' ? (answer ? 'yes' : 'no') : String(answer));

interface FormProps {
  question: Question;
  isPending: boolean;
  onAnswer(value: Value): Promise<boolean>;
}

function AnswerForm({ question: { type, choices }, isPending, onAnswer }: FormProps) {
  const [text, setText] = useState(type === 'choice' ? (choices[0] ?? '') : '');
  if (type === 'yes_no') {
    return (
      <div className="decide-buttons">
        <Button isPending={isPending} onPress={() => void onAnswer(true)}>
          Yes
        </Button>
        <Button isPending={isPending} onPress={() => void onAnswer(false)}>
          No
        </Button>
      </div>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const value = type === 'number' ? Number(text) : text.trim();
    if (text.trim() !== '' && !Number.isNaN(value)) void onAnswer(value);
  };
  return (
    <form onSubmit={submit}>
      {type === 'choice' ? (
        <ChoiceField
          label="Answer"
          value={text}
          options={choices.map((choice) => ({ value: choice, label: choice }))}
          onChange={setText}
        />
      ) : (
        <TextField
          label="Answer"
          {...(type === 'number' && { hint: 'A number' })}
          value={text}
          onChange={setText}
          maxLength={longestAnswer}
          isRequired
        />
      )}
      <Button isPending={isPending} type="submit">
        Answer
      </Button>
    </form>
  );
}
