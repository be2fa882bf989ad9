// routing.yaml: who is told, through which channel, and who next when nobody answers.

import { z } from 'zod';
import { learntMode, line, name } from './values.ts';

const recipient = z.strictObject({ channel: name, to: z.string().trim().min(1).max(200) });

const team = z.strictObject({
  name,
  title: line.optional(),
  levels: z
    .array(z.array(recipient).min(1).max(20))
    .min(1)
    .max(10)
    .describe('First everyone of the first level; when nobody acknowledges in time, everyone of the next.'),
});

export const routing = z.strictObject({
  teams: z.array(team).min(1).max(500),
  default_team: name.describe('Handles what belongs to no team.'),
  learnt: learntMode.describe('Who took such incidents before. use: it counts where the default team would handle it.'),
});
