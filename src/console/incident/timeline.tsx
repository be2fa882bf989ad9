// The story of an incident: its slice of the audit log, newest last, where the next note goes.

import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentDetail } from '../../contract/api/index.ts';
import { hasEnded } from '../../core/incident/status.ts';
import { isEcho } from '../../core/report/echo.ts';
import { itemsOf, timelineQuery } from '../api/queries.ts';
import { useMayRespond } from '../session/session.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { LoadError, Loading } from '../ui/note.tsx';
import { Panel } from '../ui/panel.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { utcText } from '../ui/time-text.ts';
import { NoteForm } from './note-form.tsx';
import { groupByTime, matches, type TimelineFilter, timelineFilters } from './timeline-groups.ts';
import { TimelineLine } from './timeline-line.tsx';

export function Timeline({ incident }: { incident: IncidentDetail }) {
  const mayRespond = useMayRespond();
  const [filter, setFilter] = useState<TimelineFilter>('all');
  const [showsData, setShowsData] = useState(false);
  const query = useInfiniteQuery(timelineQuery(incident.id));
  const loaded = itemsOf(query.data).reverse();
  const days = groupByTime(loaded.filter((entry) => matches(entry, filter) && (showsData || !isEcho(entry))));
  return (
    <Panel
      id="timeline"
      title="Timeline"
      controls={
        <>
          <Segmented legend="What to show" value={filter} options={timelineFilters} onChange={setFilter} />
          <label className="check">
            <input type="checkbox" checked={showsData} onChange={(event) => setShowsData(event.target.checked)} /> Data
          </label>
        </>
      }
    >
      {query.isPending && <Loading what="the timeline" />}
      {query.isError && <LoadError what="the timeline" error={query.error} retry={() => void query.refetch()} />}
      <LoadMore pages={query}>Show what was before</LoadMore>
      {query.data && days.length === 0 && (
        <p className="quiet">
          Nothing{filter !== 'all' && ' of this kind'} {query.hasNextPage ? 'lately' : 'yet'}.
        </p>
      )}
      {days.map(({ day, minutes }) => (
        <section key={day} aria-label={day}>
          <h3 className="group-title">{day}</h3>
          <ol className="timeline">
            {minutes.map((minute) => (
              <li key={minute.key} className="timeline-minute">
                <time dateTime={minute.at} title={utcText(minute.at)}>
                  {minute.clock}
                </time>
                <ul>
                  {minute.entries.map((entry) => (
                    <TimelineLine key={entry.seq} entry={entry} showsData={showsData} />
                  ))}
                </ul>
              </li>
            ))}
          </ol>
        </section>
      ))}
      {mayRespond && !hasEnded(incident.status) && <NoteForm incidentId={incident.id} />}
    </Panel>
  );
}
