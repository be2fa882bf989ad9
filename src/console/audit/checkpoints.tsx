// Signed checkpoints, newest first.

import { useInfiniteQuery } from '@tanstack/react-query';
import { checkpointsQuery, itemsOf } from '../api/queries.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { LoadError } from '../ui/note.tsx';
import { visible } from '../ui/outside-text.ts';
import { Panel } from '../ui/panel.tsx';
import { Age } from '../ui/time.tsx';

export function Checkpoints() {
  const list = useInfiniteQuery(checkpointsQuery);
  const checkpoints = itemsOf(list.data);
  return (
    <Panel id="checkpoints" title="Checkpoints">
      {list.isError && <LoadError what="the checkpoints" error={list.error} retry={() => void list.refetch()} />}
      {list.data && checkpoints.length === 0 && <p className="quiet">None was written yet.</p>}
      <ul className="row-cards">
        {checkpoints.map(({ size, checkpoint, writtenAt }) => (
          <li key={size} className="row-card">
            <details className="row-main">
              <summary>
                {size} {size === 1 ? 'entry' : 'entries'}, <Age at={writtenAt} />
              </summary>
              <pre className="json">{visible(JSON.stringify(checkpoint, null, 2))}</pre>
            </details>
          </li>
        ))}
      </ul>
      <LoadMore pages={list}>Show older checkpoints</LoadMore>
    </Panel>
  );
}
