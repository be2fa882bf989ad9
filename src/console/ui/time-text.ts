// Times as text.

/** `2026-11-24 03:12:45 UTC` */
export const utcText = (iso: string): string => `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

// By the reader's own clock, but always of 24 hours: it is compared with logs.
const clockFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const yearFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

export const clockText = (iso: string): string => clockFormat.format(new Date(iso));
/** With the year when that is not the one of `now`. */
export const dayText = (iso: string, now = Date.now()): string => {
  const date = new Date(iso);
  const isThisYear = date.getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? dayFormat : yearFormat).format(date);
};
