// tests/*.yaml: what a response plan should do. Alerts, what people answer and what becomes of actions over time; then
// what is expected of the incident. Times count from the moment the incident opens.

import { z } from 'zod';
import { dispositions, incidentStatuses } from '../incident/status.ts';
import { roles } from '../roles.ts';
import { severities } from '../severity.ts';
import { withheldReasons } from '../suppression/judge.ts';
import { matchers } from './rules.ts';
import { duration, line, name } from './values.ts';

const stepId = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .describe('Id of a step, as its playbook has it. Of a step that runs for each of a list: every one of them.');
const target = line.optional().describe('Only the one on this target, such as ip:203.0.113.7.');
const reason = line.optional();

/** More keys are those of an alert in the form of the source `generic`; reading it checks them. */
const alert = z
  .looseObject({
    sample: z.string().min(1).max(60).optional().describe('One that `firebreak send` knows, such as brute-force.'),
    source: name.optional().describe('Whose sample it is; default: alertmanager.'),
    title: line.optional().describe('In place of a sample: an alert in the form of the source `generic`.'),
  })
  .refine(({ sample, title }) => (sample === undefined) !== (title === undefined), 'write either sample or title');

const person = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'write the name of a person of `people`');

const answerValue = z.union([z.boolean(), z.number(), z.string().max(2_000)]);

/** What can happen; each event is one of these. */
const happenings = {
  approve: stepId.optional(),
  reject: stepId.optional(),
  acknowledge: z.literal(true).optional(),
  note: line.optional(),
  start: stepId.optional().describe('A person starts a step that the plan only suggests.'),
  settle: stepId.optional().describe('A person tells what became of a step whose outcome is unknown.'),
  answer: stepId.optional().describe('A person answers a question of the playbook: with `value`.'),
  retry: stepId.optional().describe('A person begins a failed step anew, or what failed inside it.'),
  lift: stepId.optional().describe('Ends a containment before its time.'),
  extend: stepId.optional().describe('Holds a containment until `to`.'),
  resolve: line.optional().describe('A person says that it is over, and why.'),
  dismiss: z.enum(dispositions).optional(),
  alert: alert.optional().describe('Another alert of the incident fires.'),
  alerts_resolve: z
    .union([z.literal('all'), z.array(z.int().min(1).max(1_000)).min(1)])
    .optional()
    .describe('Their source resolves all alerts, or those at these places (from 1).'),
};
export const happeningKinds = Object.keys(happenings) as (keyof typeof happenings)[];

const event = z
  .strictObject({
    at: duration.describe('After the incident opened.'),
    by: person.optional().describe('Default: the first of `people`.'),
    ...happenings,
    target,
    reason,
    happened: z.boolean().optional().describe('Of `settle`.'),
    value: answerValue.optional().describe('Of `answer`.'),
    to: duration.optional().describe('Of `extend`: after the incident opened.'),
  })
  .superRefine((value, context) => {
    const written = happeningKinds.filter((kind) => value[kind] !== undefined);
    const problems = [
      written.length !== 1 &&
        `write one of ${happeningKinds.join(', ')}${written.length > 1 ? '; it has several' : ''}`,
      (value.settle !== undefined) !== (value.happened !== undefined) &&
        'write "happened" with "settle", and only there',
      (value.answer !== undefined) !== (value.value !== undefined) && 'write "value" with "answer", and only there',
      (value.extend !== undefined) !== (value.to !== undefined) && 'write "to" with "extend", and only there',
    ];
    for (const message of problems) if (message) context.addIssue({ code: 'custom', message });
  });

const outcome = z
  .strictObject({
    step: stepId.optional(),
    action: name.optional(),
    target,
    undo: z.boolean().default(false).describe('Of undoing it, not of doing it.'),
    result: z.enum(['done', 'failed', 'refused', 'unknown']),
    detail: reason,
    from: duration.default('0s'),
    until: duration.optional(),
    times: z.int().min(1).max(1_000).optional().describe('Only the first so many times; then the next one counts.'),
  })
  .describe('What becomes of actions. The first that fits counts; without one they go through.');

const openIncident = z.strictObject({
  id: z.string().min(1).max(40),
  service: line.optional(),
  playbook: name.optional(),
  severity: z.enum(severities),
  opened: duration.describe('So long before this one.'),
});

const stepResults = ['done', 'failed', 'refused', 'skipped', 'unknown', 'not_run'] as const;
const stepExpectation = z.strictObject({
  result: z.enum(stepResults).optional(),
  target,
  code: line.optional().describe('Why it was refused or skipped, such as approval_expired.'),
  detail: line.optional().describe('A part of what it says.'),
  at: duration.optional(),
  undone: z.boolean().optional(),
  answer: answerValue.optional().describe('Of a question.'),
  count: z.int().min(0).max(1_000).optional().describe('So many instances are like this; default: all.'),
});
const approvalResults = ['approved', 'rejected', 'expired', 'cancelled', 'not_asked'] as const;
const approvalExpectation = z.strictObject({
  result: z.enum(approvalResults).optional(),
  target,
  by: z.array(person).min(1).optional(),
  at: duration.optional(),
});
const containmentEnds = ['lifted', 'expired', 'undo_failed', 'not_held'] as const;
const containmentExpectation = z.strictObject({
  ended: z.enum(containmentEnds).optional(),
  target,
  at: duration.optional(),
  by: person.optional(),
});

const each = <One extends z.ZodType, Word extends z.ZodType>(word: Word, one: One) =>
  z.record(z.string().max(200), z.union([word, one, z.array(one).min(1)]));

const expect = z.strictObject({
  verdict: z.enum(['respond', 'dismiss', 'merge']).optional(),
  severity: z.enum(severities).optional(),
  title: line.optional(),
  service: line.optional(),
  team: name.optional(),
  playbook: name.optional(),
  status: z.enum(incidentStatuses).optional(),
  disposition: z.enum(dispositions).optional(),
  steps: each(z.enum(stepResults), stepExpectation)
    .optional()
    .describe('By id. When given, every step that changed the world must be among them.'),
  approvals: each(z.enum(approvalResults), approvalExpectation).optional(),
  containments: each(z.enum(containmentEnds), containmentExpectation).optional(),
  notices: z
    .array(
      z.strictObject({
        at: duration.optional(),
        kind: z.enum(['page', 'approval_requested', 'question', 'update', 'closed']).optional(),
        channel: name.optional(),
        to: line.optional(),
        text: line.optional().describe('A part of it.'),
      }),
    )
    .optional()
    .describe('Each must have been given; others may have been.'),
  follow_ups: z.array(line).optional().describe('A part of each thing that is left for people, and of no more.'),
});

const opens = z.iso
  .datetime({ offset: true, error: 'write a time such as 2026-12-24T20:00:00+01:00' })
  .optional()
  .describe('When it opens, as the plan sees it: for what depends on the hour. Default: now.');

const test = z.strictObject({
  name: line,
  alerts: z.array(alert).min(1).max(200).optional().describe('In place of those of the file.'),
  opens,
  drill: z.boolean().default(false),
  open_incidents: z.array(openIncident).max(100).default([]),
  outcomes: z.array(outcome).max(200).default([]),
  events: z.array(event).max(200).default([]),
  expect,
});

const withholdingTest = z.strictObject({
  name: line,
  alert: alert.describe('It begins to fire now.'),
  at: z.iso.datetime({ offset: true }).optional().describe('When that is; for maintenance windows.'),
  began: z.array(duration).max(50).default([]).describe('So long ago the same finding began before.'),
  while_firing: z.array(alert).max(20).default([]).describe('What fires already; for inhibition.'),
  waiting: z.array(duration).max(1_000).default([]).describe('So long others of its group wait; for thresholds.'),
  incident_open: z.boolean().default(false).describe('Its group has an open incident.'),
  expect: z.union([
    z.literal('incident').describe('Nothing keeps it back.'),
    z.strictObject({
      why: z.enum(withheldReasons).exclude(['silenced']),
      by: name.optional().describe('The window or rule.'),
      for: duration.optional().describe('At the latest it is judged again then.'),
    }),
  ]),
});

const place = z.int().min(1).max(200).describe('Of the alert in `alerts`, from 1.');

const arrivals = z.strictObject({
  name: line,
  opens,
  alerts: z
    .array(
      z.strictObject({
        at: duration.default('0s').describe('When it begins, after the first.'),
        for: duration.optional().describe('How long it fires; absent: it goes on.'),
        alert,
      }),
    )
    .min(1)
    .max(200),
  silences: z
    .array(
      z.strictObject({ name: name.default('silence'), match: matchers, from: duration.default('0s'), until: duration }),
    )
    .max(50)
    .default([]),
  expect: z.strictObject({
    incidents: z
      .array(z.array(place).min(1))
      .optional()
      .describe('Which alerts are together in an incident; those in none are in none.'),
    withheld: z
      .array(
        z.strictObject({
          alert: place,
          why: z.enum(withheldReasons),
          by: line.optional().describe('Name of the rule, window or silence.'),
          released: z.boolean().optional().describe('It became an incident later, as it still fired.'),
        }),
      )
      .optional()
      .describe('Which alerts are kept from incidents when they come: all of them.'),
  }),
});

export const planTestFile = z.strictObject({
  description: line.optional(),
  alerts: z.array(alert).min(1).max(200).optional().describe('What opens the incident, in every test of this file.'),
  people: z
    .record(person, z.enum(roles))
    .default({ ana: 'responder', ben: 'responder', ada: 'admin' })
    .describe('Who acts, and their roles.'),
  tests: z.array(test).max(500).default([]),
  withholding: z
    .array(withholdingTest)
    .max(500)
    .default([])
    .describe('What of one alert that begins is kept from incidents, and by what.'),
  arrivals: z
    .array(arrivals)
    .max(500)
    .default([])
    .describe('What becomes of many alerts as they come: which are together, which are withheld.'),
});

export type PlanTestFile = z.output<typeof planTestFile>;
export type PlanTest = PlanTestFile['tests'][number];
export type WithholdingTest = z.output<typeof withholdingTest>;
export type PlanTestEvent = z.output<typeof event>;
export type TestAlert = z.output<typeof alert>;
export type ScriptedOutcome = z.output<typeof outcome>;
export type StepExpectation = z.output<typeof stepExpectation>;
export type ApprovalExpectation = z.output<typeof approvalExpectation>;
export type ContainmentExpectation = z.output<typeof containmentExpectation>;
export type ArrivalsTest = PlanTestFile['arrivals'][number];
