// Why an alert belongs to its incident, or is none, with what keeps it back: the same that `firebreak explain` prints.

import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';
import { alertExplanationQuery } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { incidentPath } from '../router/routes.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { SuppressedTabs } from '../suppressed/suppressed-tabs.tsx';
import { Answers } from '../ui/answers.tsx';
import { LoadError, Loading } from '../ui/note.tsx';
import { Outside } from '../ui/outside.tsx';
import { Withholding } from './withholding.tsx';

export function AlertPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(alertExplanationQuery(id));
  usePageTitle(data?.title ?? 'Alert');
  if (error instanceof ApiError && error.status === 404) return <NoSuchAlert id={id} />;
  if (!data) {
    return error ? (
      <LoadError what="the explanation" error={error} retry={() => void refetch()} />
    ) : (
      <Loading what="the explanation" />
    );
  }
  return (
    <div className="page explain">
      <div className="page-head">
        <h1>
          <Outside text={data.title} />
        </h1>
        <SuppressedTabs />
      </div>
      {data.incidentId && (
        <p>
          <Link to={incidentPath(data.incidentId)}>Its incident {data.incidentId}</Link>
        </p>
      )}
      <div className="panel answers">
        <Answers answers={data.answers} level={2} />
      </div>
      {data.withheld && <Withholding withheld={data.withheld} isOver={data.incidentId !== null} />}
    </div>
  );
}

const NoSuchAlert = ({ id }: { id: string }) => (
  <div className="page">
    <h1>There is no alert {id}</h1>
    <p>
      Check the address, or look among the <Link to="/suppressed">suppressed alerts</Link>.
    </p>
  </div>
);
