// slas.yaml: how long things may take, for each severity.

import { z } from 'zod';
import { severities } from '../severity.ts';
import { duration, someTime } from './values.ts';

const sla = z.strictObject({
  acknowledge: someTime.describe('Someone must acknowledge by then, or the next level is told.'),
  quiet: duration.describe(
    'All alerts must have been resolved for this long, so that flapping does not count as recovery.',
  ),
  recovery_reminder: someTime.describe('Without recovery by then people are told again …'),
  recovery_reminders: z
    .int()
    .min(0)
    .max(100)
    .describe('… this often, before the incident goes to review with an open follow-up.'),
  review: duration.describe('How long the review waits for people; 0s closes at once.'),
});

export const slas = z.strictObject(
  Object.fromEntries(severities.map((severity) => [severity, sla])) as Record<(typeof severities)[number], typeof sla>,
);
