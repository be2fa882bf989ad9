// What earlier incidents say about this one: how likely it is a false alarm, and those that are like it.

import { useQuery } from '@tanstack/react-query';
import type { IncidentLearnt } from '../../contract/api/index.ts';
import { outcomeWords } from '../../core/learning/similar.ts';
import { learntQuery } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { incidentPath } from '../router/routes.ts';
import { Lines } from '../ui/lines.tsx';
import { LoadError, Loading } from '../ui/note.tsx';
import { Outside } from '../ui/outside.tsx';
import { Panel } from '../ui/panel.tsx';
import { Age } from '../ui/time.tsx';

export function Earlier({ incidentId }: { incidentId: string }) {
  const { data, error, refetch } = useQuery(learntQuery(incidentId));
  return (
    <Panel id="earlier" title="Earlier incidents">
      {error && <LoadError what="earlier incidents" error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="earlier incidents" />}
      {data && <Learnt learnt={data} />}
    </Panel>
  );
}

function Learnt({ learnt: { falseAlarm, suggested, similar } }: { learnt: IncidentLearnt }) {
  return (
    <>
      {falseAlarm && <FalseAlarm judged={falseAlarm} />}
      {suggested.length > 0 && <Suggested lines={suggested} />}
      {similar.length === 0 ? (
        <p className="quiet">None is like this one.</p>
      ) : (
        <ul className="similar">
          {similar.map((one) => (
            <li key={one.id}>
              <Link to={incidentPath(one.id)}>
                <Outside text={one.title} />
              </Link>{' '}
              <span className="quiet">
                <Age at={one.openedAt} />
              </span>
              <p>
                <Outside text={outcomeWords(one)} />
              </p>
              <p className="quiet">
                <Outside text={one.because.join('; ')} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const Suggested = ({ lines }: { lines: readonly string[] }) => (
  <>
    <h3>Suggested</h3>
    <Lines lines={lines} />
  </>
);

function FalseAlarm({ judged: { words, because, model } }: { judged: NonNullable<IncidentLearnt['falseAlarm']> }) {
  return (
    <>
      <p>
        <strong className="judgement">{words}</strong>{' '}
        <span className="quiet">by model {model}; it decides nothing</span>
      </p>
      <Lines lines={because} />
    </>
  );
}
