// Why an incident exists, why its alerts are together, and why this severity, route and playbook.

import type { IncidentFact } from '../incident/events.ts';
import type { ResponsePlanned } from '../incident/plan.ts';
import { learntFrom } from '../learning/experience.ts';
import { type SimilarIncident, similarWords } from '../learning/similar.ts';
import { describeEntry, type TimelineEntry } from '../report/describe-entry.ts';
import type { Severity } from '../severity.ts';
import { anySource } from '../suppression/grouping.ts';
import type { Withheld } from '../suppression/judge.ts';
import { answered, counted, type Explanation } from './explanation.ts';

/** Entries of the timeline that tell why, beside what triage said. */
export const explainingKinds = [
  'severity_changed',
  'paged',
  'incident_merged_in',
  'merge_requested',
  'merge_refused',
  'incident_unmerged',
  'unmerged',
  'reopened',
  'ended',
] as const satisfies (IncidentFact['type'] | 'incident_merged_in' | 'incident_unmerged')[];

/** Times are ISO-8601. */
export interface IncidentToExplain {
  incidentId: string;
  title: string;
  status: string;
  severity: Severity;
  openedAt: string;
  mergedInto: string | null;
  source: string;
  groupKey: string;
  generation: number;
  firstAlert: { alertId: string; title: string; withheld: Withheld | null } | null;
  /** How many alerts of each source and group. */
  groups: { source: string; groupKey: string; alerts: number; firing: number }[];
  /** Null until it is triaged. */
  plan: Pick<ResponsePlanned, 'reasons' | 'team' | 'playbook' | 'planDigest'> | null;
  /** Those of `explainingKinds`, oldest first. */
  entries: TimelineEntry[];
  /** The most alike first. */
  similar: readonly (SimilarIncident & { worked: readonly string[] })[];
}

export function explainIncident(incident: IncidentToExplain): Explanation {
  const { incidentId, title, severity, plan } = incident;
  const reasons = plan?.reasons ?? [];
  const told = new Set<string>();
  const about = (topic: string): string[] => {
    const lines = reasons.filter((reason) => reason.startsWith(topic));
    for (const line of lines) told.add(line);
    return lines.map(sentence);
  };
  const answers = [
    { question: 'Why is there this incident?', lines: existence(incident) },
    { question: 'Why are these alerts together?', lines: [...grouping(incident), ...about('merge: ')] },
    {
      question: `Why severity ${severity}?`,
      lines: [...about('severity '), ...about('priority '), ...events(incident, ['severity_changed'])],
    },
    {
      question: `Why is it with ${plan?.team ? `team ${plan.team}` : 'nobody yet'}?`,
      lines: [...about('team '), ...events(incident, ['paged'])],
    },
    {
      question: plan?.playbook ? `Why playbook ${plan.playbook}?` : 'Why no playbook?',
      lines: [...about('playbook '), ...about('dismiss: '), ...events(incident, ['ended'])],
    },
  ];
  const learnt = learntFrom(reasons);
  const others = learnt.others.filter((reason) => !told.has(reason)).map(sentence);
  return {
    ...{ about: 'incident', id: incidentId, title, incidentId, withheld: null },
    answers: answered([
      ...answers,
      {
        question: 'What do earlier incidents say?',
        lines: [
          ...learnt.judged,
          ...learnt.suggested.map((reason) => `suggested: ${reason}`),
          ...incident.similar.map(similarWords),
        ].map(sentence),
      },
      { question: 'What else counted?', lines: [...others, ...decidedBy(plan)] },
    ]),
  };
}

const sentence = (reason: string): string => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;

const decidedBy = (plan: IncidentToExplain['plan']): string[] =>
  plan ? [`Decided by the response plan with digest ${plan.planDigest.slice(0, 12)}.`] : [];

function existence({ openedAt, firstAlert, source, groupKey, generation, status, mergedInto }: IncidentToExplain) {
  const why =
    generation > 1
      ? `and the last incident of that group had ended; this is its ${ordinal(generation)}`
      : 'which had no incident yet';
  return [
    `It was opened at ${openedAt} by an alert of group ${groupKey}${ofSource(source)}, ${why}.`,
    ...(firstAlert ? [`Its first alert is ${firstAlert.alertId}: ${firstAlert.title}.`] : []),
    ...(firstAlert?.withheld
      ? [`That alert was withheld before (${firstAlert.withheld.why} by ${firstAlert.withheld.by}).`]
      : []),
    ...(mergedInto === null ? [] : [`It is ${status}: its alerts are in incident ${mergedInto} now.`]),
  ];
}

const ofSource = (source: string): string => (source === anySource ? ' of any source' : ` of ${source}`);

function ordinal(count: number): string {
  const last = count % 100;
  const ending = last > 10 && last < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${ending}`;
}

const joining = [
  'incident_merged_in',
  'incident_unmerged',
  'merge_requested',
  'merge_refused',
  'unmerged',
  'reopened',
] as const;

function grouping(incident: IncidentToExplain): string[] {
  const lines = incident.groups.map(
    ({ source, groupKey, alerts, firing }) =>
      `${counted(alerts, 'alert')} of group ${groupKey} of ${source}, ${firing} of them firing.`,
  );
  return [...lines, ...events(incident, joining)];
}

function events({ entries }: IncidentToExplain, kinds: readonly (typeof explainingKinds)[number][]): string[] {
  return entries
    .filter(({ kind }) => (kinds as readonly string[]).includes(kind))
    .map((entry) => `${entry.at} ${entry.actor}: ${describeEntry(entry)}.`);
}
