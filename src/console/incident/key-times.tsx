// The times that responses are measured by, each with how long it took since detection.

import type { IncidentDetail } from '../../contract/api/index.ts';
import { hasEnded } from '../../core/incident/status.ts';
import { durationText } from '../ui/duration.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { Clock, Since } from '../ui/time.tsx';

export function KeyTimes({ incident }: { incident: IncidentDetail }) {
  const { times, status } = incident;
  const isOpen = !hasEnded(status);
  const at = (time: string | null, isAwaited = isOpen) => (
    <KeyTime at={time} since={times.detectedAt} isAwaited={isAwaited} />
  );
  return (
    <section className="panel" aria-labelledby="key-times">
      <h2 id="key-times" className="section-title">
        Times
      </h2>
      <Facts>
        <Fact name="Impact started">
          <Clock at={times.impactStartedAt} />
        </Fact>
        <Fact name="Detected">
          <Clock at={times.detectedAt} />
          <span className="quiet">
            {' '}
            after {durationText(Date.parse(times.detectedAt) - Date.parse(times.impactStartedAt))}
          </span>
        </Fact>
        <Fact name="Acknowledged" isUrgent={isOpen && times.acknowledgedAt === null}>
          {at(times.acknowledgedAt)}
        </Fact>
        <Fact name="Contained">{at(times.containedAt, status === 'triage' || status === 'containment')}</Fact>
        <Fact name="Resolved">{at(times.resolvedAt)}</Fact>
        <Fact name="Closed">{at(times.closedAt, false)}</Fact>
      </Facts>
    </section>
  );
}

function KeyTime({ at, since, isAwaited }: { at: string | null; since: string; isAwaited: boolean }) {
  if (at) {
    return (
      <>
        <Clock at={at} />
        <span className="quiet"> after {durationText(Date.parse(at) - Date.parse(since))}</span>
      </>
    );
  }
  if (!isAwaited) return <span className="quiet">not yet</span>;
  return (
    <span className="awaited">
      not yet, <Since at={since} />
    </span>
  );
}
