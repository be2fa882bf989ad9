// Adds a note to the timeline.

import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { ErrorNote } from '../ui/note.tsx';
import { usePending } from '../ui/use-pending.ts';
import { useCommand } from './use-command.ts';

const longestNote = 8_000;

export function NoteForm({ incidentId }: { incidentId: string }) {
  const send = useCommand(incidentId);
  const [text, setText] = useState('');
  const { isPending, error, run } = usePending();
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const note = text.trim();
    if (note === '') return;
    if (await run(() => send({ type: 'note', text: note }, 'Note added.'))) setText('');
  };
  return (
    <form className="note-form" onSubmit={(event) => void add(event)}>
      <Field label="Add a note">
        {(id) => (
          <textarea
            id={id}
            rows={2}
            value={text}
            onChange={(event) => setText(event.target.value)}
            maxLength={longestNote}
            placeholder="What you saw, did or decided"
          />
        )}
      </Field>
      {error && <ErrorNote title="Not added." error={error} />}
      <Button type="submit" isPending={isPending} isDisabled={text.trim() === ''}>
        Add note
      </Button>
    </form>
  );
}
