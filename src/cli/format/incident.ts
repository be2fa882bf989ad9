// One incident for people: what it is, why, what was done, what waits for whom.

import type {
  FlowEntry,
  IncidentDetail,
  IncidentLearnt,
  IncidentSummary,
  Question,
  Step,
  TimelineEntry,
} from '../../contract/api/index.ts';
import type { StuckProblem } from '../../core/incident/stuck.ts';
import { learntFrom } from '../../core/learning/experience.ts';
import { percent } from '../../core/learning/percent.ts';
import { isEcho } from '../../core/report/echo.ts';
import type { Cli } from '../cli.ts';
import { printApprovals } from './approval.ts';
import { printContainments } from './containment.ts';
import { learntLines } from './learnt.ts';
import { dueText, shortDue } from './sla.ts';
import { type Column, printFields, printTable } from './table.ts';
import { clean, plural } from './text.ts';
import { duration, localTime, relative } from './time.ts';
import { severityStyle, statusStyle, withMode, words } from './words.ts';

export function printIncidents(cli: Cli, incidents: readonly IncidentSummary[]): void {
  const columns: Column<IncidentSummary>[] = [
    { title: 'ID', value: ({ id }) => id },
    {
      title: 'SEVERITY',
      value: ({ severity, priority }) => (priority === null ? severity : `${severity} P${priority}`),
      style: ({ severity }) => severityStyle(severity),
    },
    {
      title: 'STATUS',
      value: ({ status, stuck }) => (stuck ? `${status}, stands still` : status),
      style: ({ status, stuck }) => (stuck ? 'red' : statusStyle(status)),
    },
    { title: 'DUE IN', value: ({ sla }) => shortDue(sla, cli.now()) },
    { title: 'OPENED', value: ({ openedAt }) => relative(openedAt, cli.now()) },
    { title: 'FIRING', value: ({ alertCount, firingCount }) => `${firingCount} of ${alertCount}` },
    { title: 'SERVICE', value: ({ service }) => service ?? '-', flexible: true },
    { title: 'ASSIGNEE', value: ({ assignee }) => assignee ?? '-', flexible: true },
    ...(incidents.some(({ falseAlarmChance }) => falseAlarmChance !== null) ? [falseAlarmColumn] : []),
    { title: 'TITLE', value: ({ title }) => title, flexible: true },
  ];
  printTable(cli.terminal, incidents, columns);
}

const falseAlarmColumn: Column<IncidentSummary> = {
  title: 'FALSE ALARM',
  value: ({ falseAlarmChance }) => (falseAlarmChance === null ? '-' : percent(falseAlarmChance)),
};

interface Beside {
  latest: readonly TimelineEntry[];
  learnt: IncidentLearnt;
}

export function printIncident(cli: Cli, incident: IncidentDetail, { latest, learnt }: Beside): void {
  const { terminal } = cli;
  const { style } = terminal;
  terminal.line(`${style('bold', incident.id)}  ${style('bold', clean(incident.title))}`);
  printFields(terminal, fieldsOf(cli, incident));
  section(cli, 'Why', learntFrom(incident.reasons).others, (reasons) => {
    for (const reason of reasons) terminal.line(`- ${clean(reason)}`);
  });
  section(cli, 'Earlier incidents', learntLines(learnt), (lines) => {
    for (const line of lines) terminal.line(`- ${clean(line)}`);
  });
  section(cli, 'Runbook', incident.runbookText?.trimEnd().split('\n') ?? [], (lines) => {
    for (const line of lines) terminal.line(clean(line));
  });
  section(cli, `Alerts (${incident.alertCount})`, incident.alerts, (alerts) =>
    printTable(terminal, alerts, [
      { title: 'STATUS', value: ({ status }) => status, style: ({ status }) => statusStyle(status) },
      { title: 'SOURCE', value: ({ source }) => source },
      { title: 'SINCE', value: ({ startsAt }) => relative(startsAt, cli.now()) },
      { title: 'REPEATS', value: ({ repeatCount }) => String(repeatCount) },
      { title: 'TITLE', value: ({ title }) => title, flexible: true },
    ]),
  );
  section(cli, 'Steps', incident.flow, (flow) => printFlow(cli, flow, incident.steps));
  section(cli, 'Questions', incident.questions, (questions) => printQuestions(cli, questions));
  section(cli, 'Approvals', incident.approvals, (approvals) => printApprovals(cli, approvals));
  section(cli, 'Containments', incident.containments, (containments) => printContainments(cli, containments));
  section(cli, 'Follow-ups', incident.followUps, (followUps) => {
    for (const followUp of followUps) terminal.line(`- ${clean(followUp)}`);
  });
  section(cli, 'Latest', latest, (entries) => {
    for (const entry of entries.filter((one) => !isEcho(one))) printEntry(cli, entry);
  });
  const next = nextCommands(incident);
  section(cli, 'Next', next, (lines) => {
    for (const line of lines) terminal.line(line);
  });
}

export function printEntry(cli: Cli, { at, actor, text }: TimelineEntry): void {
  const { line, style } = cli.terminal;
  line(`${style('dim', localTime(at))}  ${clean(text)}  ${style('dim', clean(actor))}`);
}

function fieldsOf(cli: Cli, incident: IncidentDetail): [string, string | null][] {
  const { style } = cli.terminal;
  const { times, severity, status, disposition, mergedInto } = incident;
  const since = (iso: string | null, from: string): string | null =>
    iso && `${localTime(iso)} (after ${duration(Date.parse(iso) - Date.parse(from))})`;
  const end = disposition ? `, ${words(disposition)}` : '';
  const into = mergedInto ? ` into ${mergedInto}` : '';
  return [
    ['Priority', incident.priority === null ? null : `P${incident.priority}`],
    ['Severity', style(severityStyle(severity), severity)],
    ['Status', style(statusStyle(status), status) + into + end + (incident.drill ? ' (drill)' : '')],
    ['Stands still', stuckText(cli, incident.stuck)],
    ['Service', incident.service && clean(incident.service)],
    ['Team', incident.team && clean(incident.team)],
    ['Assignee', incident.assignee && clean(incident.assignee)],
    ['Playbook', incident.playbook],
    ['Detected', `${localTime(times.detectedAt)} (${relative(times.detectedAt, cli.now())})`],
    ['Due', dueText(incident.sla, cli.now())],
    ['Acknowledged', since(times.acknowledgedAt, times.detectedAt)],
    ['Contained', since(times.containedAt, times.detectedAt)],
    ['Resolved', since(times.resolvedAt, times.detectedAt)],
    ['Closed', since(times.closedAt, times.detectedAt)],
    ['Console', incident.url],
    ['Temporal', incident.temporalUrl],
    ...incident.runbooks.map(({ title, url }): [string, string] => ['Runbook', clean(`${title}: ${url}`)]),
  ];
}

const stuckWords: Record<StuckProblem, string> = {
  failing: 'its workflow fails again and again',
  timing_out: 'no worker completes its tasks',
};

function stuckText(cli: Cli, stuck: IncidentDetail['stuck']): string | null {
  if (!stuck) return null;
  return cli.terminal.style(
    'red',
    `since ${localTime(stuck.since)}: ${stuckWords[stuck.problem]} (${clean(stuck.cause)})`,
  );
}

function printFlow(cli: Cli, flow: readonly FlowEntry[], steps: readonly Step[]): void {
  const stepOf = ({ id }: FlowEntry): Step | undefined => steps.find((step) => step.id === id);
  printTable(cli.terminal, flow, [
    { title: 'STEP', value: ({ id, depth }) => `${'  '.repeat(depth)}${id}` },
    { title: 'PHASE', value: ({ phase }) => phase },
    { title: 'LEVEL', value: (entry) => stepOf(entry)?.level ?? words(entry.type) },
    { title: 'STATUS', value: ({ status }) => words(status), style: ({ status }) => statusStyle(status) },
    { title: 'WHAT', value: (entry) => withMode(entry.title, stepOf(entry)?.mode ?? 'live'), flexible: true },
    { title: 'DETAIL', value: ({ detail }) => detail ?? '', flexible: true },
  ]);
}

function printQuestions(cli: Cli, questions: readonly Question[]): void {
  printTable(cli.terminal, questions, [
    { title: 'STEP', value: ({ stepId }) => stepId },
    { title: 'STATUS', value: ({ status }) => status },
    { title: 'UNTIL', value: ({ expiresAt }) => relative(expiresAt, cli.now()) },
    { title: 'QUESTION', value: ({ question }) => question, flexible: true },
    { title: 'ANSWER', value: ({ answer }) => (answer === null ? '' : String(answer)), flexible: true },
  ]);
}

/** What the reader can do about what waits. */
function nextCommands({ id, approvals, steps, questions, flow, reportUrl }: IncidentDetail): string[] {
  const named = (status: Step['status']): Step[] => steps.filter((step) => step.status === status);
  return [
    ...approvals.filter(({ status }) => status === 'pending').map((one) => `firebreak approvals show ${one.id}`),
    ...named('suggested').map((step) => `firebreak incidents start ${id} ${step.id}`),
    ...named('unknown').map((step) => `firebreak incidents settle ${id} ${step.id} --happened  (or --did-not-happen)`),
    ...questions
      .filter(({ status }) => status === 'open')
      .map((one) => `firebreak incidents answer ${id} ${one.stepId} …`),
    ...(flow.some(({ status }) => status === 'failed' || status === 'refused') && !reportUrl
      ? [`firebreak incidents retry ${id}`]
      : []),
    ...(reportUrl ? [`firebreak incidents report ${id}`] : []),
  ];
}

function section<Item>(cli: Cli, title: string, items: readonly Item[], print: (items: readonly Item[]) => void): void {
  if (items.length === 0) return;
  cli.terminal.line();
  cli.terminal.line(cli.terminal.style('bold', title));
  print(items);
}

/** What a list says when it is empty, and where the next page is. */
export function printEnd(cli: Cli, count: number, next: string | null, none: string): void {
  if (count === 0) cli.terminal.line(none);
  if (next !== null) cli.terminal.note(`${plural(count, 'line')} shown; more with --cursor ${next}`);
}
