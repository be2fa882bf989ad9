// The report of one incident, from its slice of the audit log and its state. One document, rendered twice.

import { incidentMetrics } from '../metrics/incident-metrics.ts';
import type { ReportSection } from '../plan/reports.ts';
import { durationText } from '../text.ts';
import { decisionsMade } from './decisions.ts';
import { describeEntry, type TimelineEntry } from './describe-entry.ts';
import { counted, words } from './describe-event.ts';
import type { Block, Document } from './document.ts';
import { isEcho } from './echo.ts';
import { toHtml } from './html.ts';
import { toMarkdown } from './markdown.ts';
import type { ReportSlice } from './slice.ts';
import { stepsTaken } from './steps-taken.ts';

export interface Report {
  markdown: string;
  html: string;
}

export const reportBounds = { alerts: 50, timeline: 400 } as const;

const section = (text: string, blocks: Block[]): Block[] => [{ kind: 'heading', level: 2, text }, ...blocks];
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const list = (items: string[]): Block => ({ kind: 'list', items });
const listOr = (items: string[], otherwise: string): Block[] => [items.length > 0 ? list(items) : paragraph(otherwise)];

export function writeReport(slice: ReportSlice): Report {
  const document = documentOf(slice);
  return { markdown: toMarkdown(document), html: toHtml(document) };
}

function documentOf(slice: ReportSlice): Document {
  const { state, template } = slice;
  const title = `Incident ${state.incidentId}: ${state.title}`;
  return {
    title,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      ...(template.heading === undefined ? [] : [paragraph(template.heading)]),
      ...(slice.drill ? [paragraph('This was a drill: every action was simulated.')] : []),
      ...template.sections.flatMap((name) => sections[name](slice)),
    ],
  };
}

const sections: Record<ReportSection, (slice: ReportSlice) => Block[]> = {
  summary: (slice) => section('Summary', [paragraph(summary(slice)), facts(slice)]),
  done: (slice) => section('What was done', listOr(stepsTaken(slice).done, 'No action was taken.')),
  undone: (slice) => section('What was undone', listOr(stepsTaken(slice).undone, 'Nothing was undone.')),
  in_place: (slice) => section('Still in place when this was written', listOr(stepsTaken(slice).inPlace, 'Nothing.')),
  decisions: ({ entries }) =>
    section('Who decided what', listOr(decisionsMade(entries), 'Nobody had to decide anything.')),
  metrics: (slice) => section('Metrics', [metrics(slice)]),
  alerts: (slice) => section('Alerts', alerts(slice)),
  follow_ups: ({ state }) => section('Open follow-ups', listOr(state.followUps, 'None.')),
  timeline: ({ entries }) => section('Timeline', [list(timeline(entries.filter((entry) => !isEcho(entry))))]),
};

function summary({ state, alertCount }: ReportSlice): string {
  const where = state.plan?.service ? ` in ${state.plan.service}` : '';
  const opened = `An incident of severity ${state.severity}${where}, opened at ${state.times.detectedAt} from ${counted(alertCount, 'alert')}.`;
  const reasons = state.plan ? ` ${sentence(state.plan.reasons.join('; '))}` : ' It was not triaged.';
  const end = state.disposition
    ? ` It ended as ${words(state.disposition)}.`
    : ` Its status is ${state.status}; it has no disposition.`;
  return `${opened}${reasons}${end}`;
}

const sentence = (text: string): string => (text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);

function facts({ state }: ReportSlice): Block {
  const { times, plan } = state;
  const rows: [string, string | null | undefined][] = [
    ['Status', state.status],
    ['Disposition', state.disposition && words(state.disposition)],
    ['Severity', state.severity],
    ['Service', plan?.service],
    ['Team', plan?.team],
    ['Assignee', state.assignee],
    ['Playbook', plan?.playbook],
    ['Merged into', state.status === 'merged' ? state.mergeInto : null],
    ['Impact started', times.impactStartedAt],
    ['Detected', times.detectedAt],
    ['Acknowledged', times.acknowledgedAt],
    ['Contained', times.containedAt],
    ['Resolved', times.resolvedAt],
    ['Closed', times.closedAt],
    ['Response plan', plan?.planDigest],
    ...(plan?.runbooks ?? []).map(({ title, url }): [string, string] => [`Runbook ${title}`, url]),
  ];
  return { kind: 'facts', facts: rows.flatMap(([name, value]) => (value ? [[name, value] as const] : [])) };
}

function metrics({ state }: ReportSlice): Block {
  const measured = incidentMetrics(state.times);
  const show = (ms: number | null): string => (ms === null ? 'unknown' : durationText(ms));
  return {
    kind: 'facts',
    facts: [
      ['Time to detect, MTTD (impact started → detected)', show(measured.timeToDetectMs)],
      ['Time to acknowledge, MTTA (detected → acknowledged)', show(measured.timeToAcknowledgeMs)],
      ['Time to contain, MTTC (detected → contained)', show(measured.timeToContainMs)],
      ['Time to resolve, MTTR (detected → resolved)', show(measured.timeToResolveMs)],
    ],
  };
}

function alerts(slice: ReportSlice): Block[] {
  const shown = slice.alerts.slice(0, reportBounds.alerts);
  const rest = Math.max(0, slice.alertCount - shown.length);
  const items = shown.map((alert) => `${alert.startsAt} ${alert.source}, ${alert.status}: ${alert.title}`);
  return [
    ...listOr(items, 'None.'),
    ...(rest > 0 ? [paragraph(`${counted(rest, 'more alert')} not shown here.`)] : []),
  ];
}

/** The beginning and the end tell most; the audit log has all of it. */
function timeline(entries: readonly TimelineEntry[]): string[] {
  const line = (entry: TimelineEntry): string => `${entry.at} ${entry.actor}: ${describeEntry(entry)}`;
  if (entries.length <= reportBounds.timeline) return entries.map(line);
  const half = reportBounds.timeline / 2;
  const left = entries.length - 2 * half;
  return [
    ...entries.slice(0, half).map(line),
    `… ${left} entries are left out here; the audit log has them.`,
    ...entries.slice(-half).map(line),
  ];
}
