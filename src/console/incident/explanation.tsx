// The whole "why?" of an incident, read when someone opens it: the same that `firebreak explain` prints.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explanationQuery } from '../api/queries.ts';
import { Answers } from '../ui/answers.tsx';
import { LoadError, Loading } from '../ui/note.tsx';

export function Explanation({ incidentId }: { incidentId: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Explain in full</summary>
      {isOpen && <InFull incidentId={incidentId} />}
    </details>
  );
}

function InFull({ incidentId }: { incidentId: string }) {
  const { data, error, refetch } = useQuery(explanationQuery(incidentId));
  if (error) return <LoadError what="the explanation" error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the explanation" />;
  return <Answers answers={data.answers} />;
}
