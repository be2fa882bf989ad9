// Times as people think of them; the absolute time in UTC is always one hover away and in the markup.

import { useNow } from './clock.ts';
import { ageText, durationText } from './duration.ts';
import { clockText, dayText, utcText } from './time-text.ts';

/** `4 min ago` */
export function Age({ at }: { at: string }) {
  const now = useNow(10_000);
  return (
    <time dateTime={at} title={utcText(at)}>
      {ageText(now - Date.parse(at))}
    </time>
  );
}

/** `03:12` by the reader's own clock, with the day when that is not today. */
export function Clock({ at }: { at: string }) {
  const now = useNow(60_000);
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return (
    <time dateTime={at} title={utcText(at)}>
      {isToday ? clockText(at) : `${dayText(at, now)} ${clockText(at)}`}
    </time>
  );
}

/** `12 min 5 s`, counting down; `over` when it is past. */
export function TimeLeft({ until, over }: { until: string; over: string }) {
  const left = Date.parse(until) - useNow(1_000);
  return (
    <time dateTime={until} title={utcText(until)}>
      {left > 0 ? durationText(left) : over}
    </time>
  );
}

/** `12 min`, counting up. */
export function Since({ at }: { at: string }) {
  const now = useNow(10_000);
  return (
    <time dateTime={at} title={utcText(at)}>
      {durationText(wholeMinutes(now - Date.parse(at)))}
    </time>
  );
}

/** Seconds only while there is no minute yet. */
const wholeMinutes = (ms: number): number => (ms < 60_000 ? ms : ms - (ms % 60_000));

export function useIsPast(at: string): boolean {
  return useNow(1_000) >= Date.parse(at);
}
