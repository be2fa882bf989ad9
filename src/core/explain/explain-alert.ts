// Why an alert belongs to an incident, or to none.

import { assertNever } from '../assert-never.ts';
import type { Suppression } from '../inbox/episodes.ts';
import type { Withheld, WithheldReason } from '../suppression/judge.ts';
import { type Answer, answered, counted, type Explanation } from './explanation.ts';

/** Times are ISO-8601. */
export interface AlertToExplain {
  alertId: string;
  source: string;
  fingerprint: string;
  title: string;
  status: 'firing' | 'resolved';
  startsAt: string;
  endsAt: string | null;
  receivedAt: string;
  repeatCount: number;
  suppressed: Suppression | WithheldReason | null;
  /** What withheld it last, also after it became an incident. */
  withheld: Withheld | null;
  groupKey: string;
  /** The rule of the plan that groups it; null where its source does. */
  groupRule: string | null;
  /** How often its finding began within a day up to this time. */
  beganWithinDay: number;
  incident: { id: string; title: string; status: string; isOfOtherGroup: boolean } | null;
}

export function explainAlert(alert: AlertToExplain): Explanation {
  const { alertId, title, incident, withheld } = alert;
  return {
    ...{ about: 'alert', id: alertId, title, incidentId: incident?.id ?? null, withheld },
    answers: answered([
      { question: 'Which alert is it?', lines: identity(alert) },
      incident
        ? { question: 'Why does it belong to this incident?', lines: membership(alert, incident) }
        : { question: 'Why is it no incident?', lines: suppression(alert) },
    ]),
  };
}

function identity({ source, fingerprint, startsAt, endsAt, status, ...alert }: AlertToExplain): string[] {
  const { repeatCount, receivedAt, beganWithinDay } = alert;
  const state = status === 'firing' ? 'and fires' : `and is resolved${endsAt === null ? '' : ` since ${endsAt}`}`;
  const repeats = repeatCount === 0 ? 'it never came again' : `it came ${counted(repeatCount, 'more time')} unchanged`;
  return [
    `Finding ${fingerprint} of source ${source}, the episode that began at ${startsAt} ${state}.`,
    `It came at ${receivedAt}; ${repeats}.`,
    ...(beganWithinDay > 1 ? [`Within a day up to then the finding began ${beganWithinDay} times.`] : []),
  ];
}

function membership(
  { withheld, groupKey, groupRule, source }: AlertToExplain,
  incident: NonNullable<AlertToExplain['incident']>,
): Answer['lines'] {
  const { id, title, status, isOfOtherGroup } = incident;
  return [
    `Incident ${id} (${status}): ${title}.`,
    isOfOtherGroup
      ? `Its own group is ${groupKey} of ${source}; the incident of that group was merged into this one.`
      : groupRule === null
        ? `It is of group ${groupKey} of ${source}, as all alerts that came to this incident by themselves.`
        : `Rule ${groupRule} of the plan puts it into group ${groupKey}, as the others of this incident.`,
    ...(withheld ? [`Until nothing withheld it any more, it was no incident: ${byWhat(withheld)}.`] : []),
  ];
}

function suppression({ suppressed, withheld, status, source }: AlertToExplain): string[] {
  switch (suppressed) {
    case null:
      return [];
    case 'resolved_unseen':
      return [`The first that ${source} said of this episode was that it is over; nothing is left to answer.`];
    case 'superseded':
      return [
        'It came late: a newer episode of the same finding was known already, and a finding fires once at a time.',
      ];
    case 'stale':
      return ['It came late: the finding was known to be over at a time after this episode began.'];
    case 'silenced':
    case 'maintenance':
    case 'inhibited':
    case 'flapping':
    case 'below_threshold':
      return [
        ...(withheld ? [`${capital(byWhat(withheld))}.`] : []),
        status === 'resolved'
          ? 'It ended while it was withheld.'
          : `It still fires: when that is over${withheld?.until ? `, at the latest at ${withheld.until}` : ''}, it becomes an incident.`,
      ];
    default:
      return assertNever(suppressed);
  }
}

function byWhat({ why, by, owner, reason, until, alertId }: Withheld): string {
  switch (why) {
    case 'silenced':
      return `silence ${by} of ${owner} until ${until}: ${reason}`;
    case 'maintenance':
      return `maintenance window ${by} of ${owner} until ${until}: ${reason}`;
    case 'inhibited':
      return `rule ${by} inhibits it ${reason} (alert ${alertId})`;
    case 'flapping':
      return `it flaps: ${reason}, more often than rule ${by} allows`;
    case 'below_threshold':
      return `by rule ${by}, ${reason}`;
    default:
      return assertNever(why);
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
