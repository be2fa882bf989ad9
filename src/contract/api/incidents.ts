// Incidents as the API shows them: a line of the list, one in full, and its alerts.

import { z } from 'zod';
import { longestAnswer, simpleAnswers } from '../../core/incident/answer.ts';
import { automationLevels } from '../../core/incident/plan.ts';
import { slaStates } from '../../core/incident/sla.ts';
import { dispositions, incidentStatuses } from '../../core/incident/status.ts';
import { stuckProblems } from '../../core/incident/stuck.ts';
import { stepKindNames } from '../../core/plan/step.ts';
import { severities } from '../../core/severity.ts';
import { approval } from './approvals.ts';
import { actor, flag, id, json, listOf, mode, page, pageQuery, severity, text, time } from './common.ts';
import { containment } from './containments.ts';

const incidentStatus = z.enum(incidentStatuses).meta({ id: 'IncidentStatus' });
const disposition = z.enum(dispositions).meta({ id: 'Disposition' });

const slaClock = z.object({
  by: time,
  at: time.nullable().meta({ description: 'When it was done; null while the clock runs' }),
  state: z.enum(slaStates),
});
const slaClocks = z.object({ acknowledge: slaClock, recover: slaClock }).meta({
  id: 'SlaClocks',
  description: 'By when people should be at it and it should be over; null until it is triaged',
});

const stuck = z.object({
  since: time,
  problem: z.enum(stuckProblems),
  cause: z.string().meta({ description: 'As Temporal names it' }),
});

export const incidentSummary = z
  .object({
    id,
    status: incidentStatus,
    severity,
    title: z.string(),
    service: z.string().nullable(),
    alertCount: z.number().int(),
    openedAt: time,
    url: z.string().meta({ description: 'The incident in the console' }),
    firingCount: z.number().int(),
    assignee: z.string().nullable(),
    playbook: z.string().nullable(),
    disposition: disposition.nullable(),
    drill: z.boolean().meta({ description: 'True when its actions only simulate' }),
    updatedAt: time,
    priority: z.number().int().min(1).max(5).nullable().meta({ description: '1 is first; null until it is triaged' }),
    sla: slaClocks.nullable(),
    falseAlarmChance: z.number().min(0).max(1).nullable().meta({
      description:
        'How likely it is a false alarm, by what people said of earlier ones; null while too little is known',
    }),
    stuck: stuck.nullable().meta({
      description:
        'Set while it stands still: Temporal tries a task of its workflow, or of a containment, again and again',
    }),
  })
  .meta({ id: 'IncidentSummary' });
export type IncidentSummary = z.infer<typeof incidentSummary>;

export const incidentPage = page(incidentSummary);

export const incidentOrders = ['newest', 'priority', 'likely_real'] as const;

export const incidentQuery = z.object({
  ...pageQuery,
  sort: z
    .enum(incidentOrders)
    .default('newest')
    .meta({
      description:
        'priority: P1 first, and last what is not triaged yet. likely_real: the least likely to be a false alarm first, and before them what nothing is known of. Ranks move ' +
        'as it is learnt: an incident may come twice or be missed between two pages',
    }),
  status: listOf(incidentStatuses).optional(),
  severity: listOf(severities).optional(),
  service: text(300).optional(),
  open: flag.optional().meta({ description: 'true: only those that have not ended; false: only those that have' }),
  q: text(200).optional().meta({ description: 'Words of the title or service, a part of them, or an id' }),
});

export const alert = z
  .object({
    id,
    source: z.string(),
    fingerprint: z.string(),
    status: z.enum(['firing', 'resolved']),
    title: z.string(),
    labels: z.record(z.string(), z.string()),
    receivedAt: time,
    description: z.string().nullable(),
    annotations: z.record(z.string(), z.string()),
    entities: z.array(z.object({ kind: z.string(), value: z.string() })),
    links: z.array(z.object({ title: z.string(), url: z.string() })),
    severityHint: severity.nullable(),
    startsAt: time,
    endsAt: time.nullable(),
    updatedAt: time,
    repeatCount: z.number().int().meta({ description: 'How often it came again without a change' }),
  })
  .meta({ id: 'Alert' });
export type Alert = z.infer<typeof alert>;

export const alertPage = page(alert);
export const alertQuery = z.object({ ...pageQuery, status: z.enum(['firing', 'resolved']).optional() });

/** How many alerts an incident shows by itself; the rest are on its /alerts. */
export const alertsShown = 50;

const stepStatuses = [
  'planned',
  'running',
  'waiting_for_approval',
  'suggested',
  'done',
  'failed',
  'unknown',
  'refused',
  'skipped',
  'undone',
] as const;

const step = z
  .object({
    id: z.string(),
    phase: z.enum(['contain', 'verify', 'recover', 'added']),
    title: z.string(),
    action: z.string(),
    target: z.string(),
    params: json,
    kind: z.enum(['check', 'change', 'containment']),
    mode,
    level: z.enum(automationLevels),
    reversible: z.boolean(),
    holdMs: z.number().nullable(),
    status: z.enum(stepStatuses),
    /** One line: how it ended, or why it waits; null while there is nothing to tell. */
    detail: z.string().nullable(),
    /** Stable code of a failure, a refusal or a skip. */
    code: z.string().nullable(),
    startedAt: time.nullable(),
    approvalId: id.nullable(),
  })
  .meta({ id: 'Step' });
export type Step = z.infer<typeof step>;

const flowStatuses = [...stepStatuses, 'waiting_for_answer'] as const;

const flowEntry = z
  .object({
    id: z.string(),
    phase: z.enum(['contain', 'verify', 'recover', 'added']),
    type: z.enum([...stepKindNames, 'late']),
    title: z.string(),
    depth: z.number().int().meta({ description: 'How many steps it is inside of' }),
    attempt: z.number().int(),
    status: z.enum(flowStatuses),
    detail: z.string().nullable(),
    code: z.string().nullable(),
    startedAt: time.nullable(),
  })
  .meta({ id: 'FlowEntry', description: 'One step of the playbook; `late` is planned when it is reached' });
export type FlowEntry = z.infer<typeof flowEntry>;

const answer = z.union([z.boolean(), z.number(), z.string().max(longestAnswer)]);

const question = z
  .object({
    stepId: z.string(),
    question: z.string(),
    type: z.enum([...simpleAnswers, 'choice']),
    choices: z.array(z.string()),
    otherwise: answer.nullable().meta({ description: 'Taken as the answer when nobody gives one in time' }),
    roles: z.array(z.string()).meta({ description: 'Who may answer' }),
    expiresAt: time,
    status: z.enum(['open', 'answered', 'unanswered']),
    answer: answer.nullable(),
  })
  .meta({ id: 'Question' });
export type Question = z.infer<typeof question>;

export const openQuestions = z.object({
  items: z.array(question.extend({ incidentId: id, incidentTitle: z.string(), incidentUrl: z.string(), severity })),
});

/** Raw times: detected is when the first alert came; each other is null until it happened. */
const incidentTimes = z
  .object({
    impactStartedAt: time,
    detectedAt: time,
    acknowledgedAt: time.nullable(),
    containedAt: time.nullable(),
    resolvedAt: time.nullable(),
    closedAt: time.nullable(),
  })
  .meta({ id: 'IncidentTimes' });

export const incidentDetail = incidentSummary
  .extend({
    alerts: z.array(alert).meta({ description: `The first ${alertsShown}; all are on /alerts` }),
    times: incidentTimes,
    mergedInto: id.nullable(),
    planDigest: z.string().nullable(),
    team: z.string().nullable(),
    runbooks: z.array(z.object({ title: z.string(), url: z.string() })),
    runbookText: z
      .string()
      .nullable()
      .meta({ description: 'What the playbook tells people to do, where that is no link' }),
    reasons: z.array(z.string()).meta({ description: 'Why it was triaged like this, one line a decision' }),
    steps: z.array(step).meta({ description: 'Its actions' }),
    flow: z
      .array(flowEntry)
      .meta({ description: 'Every step of its playbook, in the order in which they are written' }),
    questions: z.array(question).meta({ description: 'Those that were asked' }),
    followUps: z.array(z.string()),
    approvals: z.array(approval),
    containments: z.array(containment),
    repeatCount: z.number().int(),
    temporalUrl: z.string().nullable().meta({ description: 'Its workflow in Temporal UI' }),
    reportUrl: z
      .string()
      .nullable()
      .meta({ description: 'Null until the incident has ended; until then /report gives a draft' }),
  })
  .meta({ id: 'Incident' });
export type IncidentDetail = z.infer<typeof incidentDetail>;

export const timelineEntry = z
  .object({
    seq: z.number().int().meta({ description: 'Its number in the audit log' }),
    at: time,
    actor,
    kind: z.string(),
    text: z.string().meta({ description: 'One line for people' }),
    data: json,
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const timelinePage = page(timelineEntry);
export const timelineQuery = z.object({ ...pageQuery, order: z.enum(['asc', 'desc']).default('asc') });

export const report = z
  .object({
    incidentId: id,
    markdown: z.string(),
    html: z.string(),
    writtenAt: time,
    draft: z.boolean().meta({ description: 'True while the incident goes on: written just now, from the log so far' }),
  })
  .meta({ id: 'Report' });
