// slas.yaml: how long things may take, for each severity.

import { z } from 'zod';
import { severities } from '../severity.ts';
import { duration, someTime } from './values.ts';

const sla = z.strictObject({
  /** Someone must acknowledge by then, or the next level is told. */
  acknowledge: someTime,
  /** All alerts must have been resolved for this long, so that flapping does not count as recovery. */
  quiet: duration,
  /** Without recovery by then people are told again … */
  recovery_reminder: someTime,
  /** … this often, before the incident goes to review with an open follow-up. */
  recovery_reminders: z.int().min(0).max(100),
  /** How long the review waits for people; 0s closes at once. */
  review: duration,
});

export const slas = z.strictObject(
  Object.fromEntries(severities.map((severity) => [severity, sla])) as Record<(typeof severities)[number], typeof sla>,
);

export type Slas = z.output<typeof slas>;
