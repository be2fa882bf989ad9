// The clocks of the SLA: how long there is, or since when it is too late.

import type { IncidentSummary } from '../../contract/api/index.ts';
import { nextClock } from '../../core/incident/sla.ts';
import { Badge } from '../ui/badge.tsx';
import { useNow } from '../ui/clock.ts';
import { durationText } from '../ui/duration.ts';
import { utcText } from '../ui/time-text.ts';

const words = { acknowledge: 'acknowledge', recover: 'recover' } as const;

/** Of an open incident, the clock that ends next: `acknowledge in 4 min`; nothing when none runs. */
export function SlaBadge({ sla }: Pick<IncidentSummary, 'sla'>) {
  const next = sla && nextClock(sla);
  return next ? <RunningClock what={words[next.what]} by={next.by} /> : null;
}

function RunningClock({ what, by }: { what: string; by: string }) {
  const leftMs = Date.parse(by) - useNow(10_000);
  const isLate = leftMs <= 0;
  return (
    <Badge tone={isLate ? 'bad' : 'neutral'}>
      <time dateTime={by} title={utcText(by)}>
        {isLate ? `${what}: ${inMinutes(-leftMs)} late` : `${what} in ${inMinutes(leftMs)}`}
      </time>
    </Badge>
  );
}

/** `due in 4 min`, `3 min late`, or `in time`: beside a time of the incident. */
export function SlaNote({ clock }: { clock: NonNullable<IncidentSummary['sla']>['acknowledge'] }) {
  const now = useNow(10_000);
  const leftMs = Date.parse(clock.by) - (clock.at === null ? now : Date.parse(clock.at));
  const text =
    leftMs <= 0 ? `${inMinutes(-leftMs)} late` : clock.at === null ? `due in ${inMinutes(leftMs)}` : 'in time';
  return (
    <time className={leftMs <= 0 ? 'sla is-late' : 'sla'} dateTime={clock.by} title={`due ${utcText(clock.by)}`}>
      {text}
    </time>
  );
}

/** Seconds only while there is no whole minute. */
const inMinutes = (ms: number): string => durationText(ms < 60_000 ? ms : ms - (ms % 60_000));
