// The whole "why?" of an incident, read when someone opens it: the same that `firebreak explain` prints.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explanationQuery } from '../api/queries.ts';
import { LoadError, Loading } from '../ui/note.tsx';
import { Outside } from '../ui/outside.tsx';

export function Explanation({ incidentId }: { incidentId: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Explain in full</summary>
      {isOpen && <Answers incidentId={incidentId} />}
    </details>
  );
}

function Answers({ incidentId }: { incidentId: string }) {
  const { data, error, refetch } = useQuery(explanationQuery(incidentId));
  if (error) return <LoadError what="the explanation" error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the explanation" />;
  return data.answers.map(({ question, lines }) => (
    <section key={question}>
      <h3>
        <Outside text={question} />
      </h3>
      <ul className="reasons">
        {lines.map((line) => (
          <li key={line}>
            <Outside text={line} />
          </li>
        ))}
      </ul>
    </section>
  ));
}
