// What people were told in a test, and what was left for them.

import type { PlanTest } from '../core/plan/plan-test.ts';
import { type Difference, placed } from './difference.ts';
import type { Observed, SeenNotice } from './observed.ts';
import { elapsedText, isAbout } from './time.ts';

type WantedNotice = NonNullable<PlanTest['expect']['notices']>[number];

/** Each expected notice is one that was given; no two are the same one. */
export function compareNotices({ expect: { notices = [] } }: PlanTest, seen: Observed): Difference[] {
  const left = [...seen.notices];
  return notices.flatMap((wanted, index) => {
    const found = left.findIndex((notice) => isAs(wanted, notice, seen));
    if (found >= 0) {
      left.splice(found, 1);
      return [];
    }
    const given = seen.notices.map((notice) => noticeText(notice, seen)).join('; ');
    return [{ path: ['expect', 'notices', index], expected: wantedText(wanted), actual: given || 'nobody was told' }];
  });
}

function isAs({ at, kind, channel, to, text }: WantedNotice, notice: SeenNotice, seen: Observed): boolean {
  return (
    (kind === undefined || kind === notice.kind) &&
    (channel === undefined || channel === notice.channel) &&
    (to === undefined || to === notice.to) &&
    (text === undefined || notice.text.includes(text)) &&
    (at === undefined || isAbout(seen, notice.at, at))
  );
}

const noticeText = ({ kind, to, channel, at }: SeenNotice, seen: Observed): string =>
  `${kind} to ${to} (${channel}) at ${elapsedText(seen, at)}`;

function wantedText({ at, kind, channel, to, text }: WantedNotice): string {
  const parts = [
    kind ?? 'a notice',
    to && `to ${to}`,
    channel && `(${channel})`,
    at && `at ${at}`,
    text && `saying "${text}"`,
  ];
  return parts.filter(Boolean).join(' ');
}

export function compareFollowUps({ expect: { follow_ups: wanted } }: PlanTest, seen: Observed): Difference[] {
  if (!wanted) return [];
  const left = [...(seen.state?.followUps ?? [])];
  const missing = wanted.flatMap((part, index) => {
    const found = left.findIndex((text) => text.includes(part));
    if (found >= 0) {
      left.splice(found, 1);
      return [];
    }
    const actual = (seen.state?.followUps ?? []).join('; ') || 'nothing is left for people';
    return [{ path: ['expect', 'follow_ups', index], expected: `left for people: ${part}`, actual }];
  });
  const more = left.map((text) => {
    const event = seen.events.findIndex((one) => one.type === 'follow_up_added' && one.text === text);
    return {
      path: ['expect', 'follow_ups'],
      expected: 'nothing more is left for people',
      actual: text,
      ...placed(event),
    };
  });
  return [...missing, ...more];
}
