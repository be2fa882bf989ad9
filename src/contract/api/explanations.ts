// Alerts that belong to no incident, and why things are as they are.

import { z } from 'zod';
import { suppressions } from '../../core/inbox/episodes.ts';
import { withheldReasons } from '../../core/suppression/judge.ts';
import { id, listOf, page, pageQuery, text, time } from './common.ts';
import { alert } from './incidents.ts';

export const suppressedReasons = [...suppressions, ...withheldReasons] as const;

const withheld = z
  .object({
    why: z.enum(withheldReasons),
    by: z.string().meta({ description: 'Id of the silence, name of the window or of the rule' }),
    owner: z.string(),
    reason: z.string(),
    alertId: id.optional().meta({ description: 'The alert that inhibits it' }),
    groupId: id.optional(),
    since: time.optional(),
    until: time
      .nullable()
      .meta({ description: 'It is over by then whatever happens; null: time alone changes nothing' }),
  })
  .meta({ id: 'Withheld' });

export const suppressedAlert = alert
  .extend({
    suppressed: z.enum(suppressedReasons),
    withheld: withheld.nullable().meta({ description: 'Null when it is suppressed for good' }),
    explanation: z.string().meta({ description: 'Why it is no incident' }),
  })
  .meta({ id: 'SuppressedAlert' });
export type SuppressedAlert = z.infer<typeof suppressedAlert>;

export const suppressedPage = page(suppressedAlert);
export const suppressedQuery = z.object({
  ...pageQuery,
  suppressed: listOf(suppressedReasons).optional().meta({ description: 'Default: for whatever reason' }),
  source: text(100).optional(),
  status: z.enum(['firing', 'resolved']).optional(),
  q: text(200)
    .optional()
    .meta({ description: 'A part of the title or of a label, an id, or the name of what withholds it' }),
});

export const explanation = z
  .object({
    about: z.enum(['alert', 'incident']),
    id,
    title: z.string(),
    incidentId: id.nullable(),
    withheld: withheld.nullable().meta({ description: 'What withholds the alert, or did last' }),
    answers: z.array(z.object({ question: z.string(), lines: z.array(z.string()) })),
  })
  .meta({ id: 'Explanation' });
export type Explanation = z.infer<typeof explanation>;
