// routing.yaml: who is told, through which channel, and who next when nobody answers.

import { z } from 'zod';
import { clock, localHours, zone } from './hours.ts';
import { learntMode, line, name } from './values.ts';

const recipient = z.strictObject({ channel: name, to: z.string().trim().min(1).max(200) });
export type Recipient = z.output<typeof recipient>;
const recipients = z.array(recipient).min(1).max(20);

const levelEntry = z
  .strictObject({
    channel: name.optional(),
    to: z.string().trim().min(1).max(200).optional(),
    schedule: name.optional().describe('Whoever is on duty by it then, in place of "channel" and "to".'),
  })
  .refine(
    ({ channel, to, schedule }) =>
      schedule === undefined ? channel !== undefined && to !== undefined : channel === undefined && to === undefined,
    'write "channel" and "to", or "schedule"',
  );
export type LevelEntry = z.output<typeof levelEntry>;

const team = z.strictObject({
  name,
  title: line.optional(),
  levels: z
    .array(z.array(levelEntry).min(1).max(20))
    .min(1)
    .max(10)
    .describe('First everyone of the first level; when nobody acknowledges in time, everyone of the next.'),
});

const moment = z.iso.datetime({ offset: true, error: 'write a time such as 2026-12-24T18:00:00+01:00' });

const override = z
  .strictObject({
    from: moment,
    until: moment,
    tell: recipients,
    reason: line.optional(),
  })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), {
    path: ['until'],
    error: 'write a time after "from"',
  });

const rotation = z.strictObject({
  turns: z.array(recipients).min(2).max(52).describe('One after the other, then from the beginning.'),
  days: z.int().min(1).max(92).default(7).describe('How long each turn is.'),
  first: z.iso.date('write a date, such as 2026-11-02').describe('On which the first turn begins.'),
  at: clock
    .refine((time) => time !== '24:00', 'write "00:00" of the next day')
    .default('00:00')
    .describe('When turns change.'),
});

const shift = z
  .strictObject({
    hours: localHours.optional().describe('Absent: always.'),
    tell: recipients.optional(),
    rotate: rotation.optional(),
  })
  .refine(({ tell, rotate }) => (tell === undefined) !== (rotate === undefined), 'write either "tell" or "rotate"');

const schedule = z.strictObject({
  name,
  title: line.optional(),
  zone: zone.describe('Time zone of its hours and turns.'),
  shifts: z.array(shift).min(1).max(50).describe('The first whose hours hold counts; at every hour one must.'),
  overrides: z.array(override).max(200).default([]).describe('Come before shifts; the first that holds counts.'),
});
export type Schedule = z.output<typeof schedule>;

export const routing = z.strictObject({
  teams: z.array(team).min(1).max(500),
  default_team: name.describe('Handles what belongs to no team.'),
  learnt: learntMode.describe('Who took such incidents before. use: it counts where the default team would handle it.'),
  // No default: a plan without schedules keeps the digest that it has.
  schedules: z.array(schedule).max(200).optional().describe('Who is on duty when.'),
});
export type Routing = z.output<typeof routing>;
