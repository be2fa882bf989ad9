// An incident that stands still: whoever waits for it must know that nothing will come.

import type { IncidentDetail } from '../../contract/api/index.ts';
import type { StuckProblem } from '../../core/incident/stuck.ts';
import { Note } from '../ui/note.tsx';
import { visible } from '../ui/outside-text.ts';
import { Age } from '../ui/time.tsx';

const why: Record<StuckProblem, string> = {
  failing: 'its workflow fails at the same place again and again',
  timing_out: 'no worker completes what its workflow has to do',
};

export function StuckNote({ stuck, temporalUrl }: Pick<IncidentDetail, 'stuck' | 'temporalUrl'>) {
  if (!stuck) return null;
  return (
    <Note tone="bad">
      <strong>
        It stands still (seen <Age at={stuck.since} />
        ):
      </strong>{' '}
      {why[stuck.problem]}. What is asked or decided here is kept, and is acted upon only when an engineer has mended
      that: see {temporalUrl ? <a href={temporalUrl}>its history in Temporal</a> : 'its history in Temporal'} and the
      log. <code className="quiet">{visible(stuck.cause)}</code>
    </Note>
  );
}
