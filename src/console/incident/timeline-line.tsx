// One entry of the timeline.

import type { TimelineEntry } from '../../contract/api/index.ts';
import { firebreak } from '../../core/incident/events.ts';
import { Link } from '../router/link.tsx';
import { Outside } from '../ui/outside.tsx';
import { visible } from '../ui/outside-text.ts';
import { utcText } from '../ui/time-text.ts';
import { Told } from '../ui/told.tsx';
import { actorWord } from '../ui/words.ts';

export function TimelineLine({ entry, showsData }: { entry: TimelineEntry; showsData: boolean }) {
  const isPerson = entry.actor.startsWith('key:');
  return (
    <li className={isPerson ? 'timeline-line is-person' : 'timeline-line'} title={utcText(entry.at)}>
      <p>
        {entry.actor !== firebreak && (
          <>
            <span className="timeline-actor">
              <Outside text={actorWord(entry.actor)} />
            </span>{' '}
          </>
        )}
        <Told text={entry.text} />
      </p>
      {showsData && (
        <div className="timeline-data">
          <p className="quiet">
            {entry.kind} · <Link to={`/audit?from=${entry.seq}`}>audit entry {entry.seq}</Link> · {utcText(entry.at)}
          </p>
          <pre className="json">{visible(JSON.stringify(entry.data, null, 2))}</pre>
        </div>
      )}
    </li>
  );
}
