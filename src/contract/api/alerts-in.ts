// What POST /alerts/{source} answers.

import { z } from 'zod';
import { id } from './common.ts';

export const alertsAccepted = z
  .object({
    accepted: z.number().int().meta({ description: 'Alerts that were new or changed' }),
    duplicates: z.number().int().meta({ description: 'Alerts that changed nothing' }),
    withheld: z.number().int().optional().meta({
      description: 'Of the accepted, those that a silence, maintenance or another alert keeps from incidents',
    }),
    incidents: z.array(z.object({ id, url: z.string() })),
    quarantined: z
      .object({ id, problem: z.string() })
      .optional()
      .meta({ description: 'Set when the body was kept as it came, because it is not what this source sends' }),
  })
  .meta({ id: 'AlertsAccepted' });
export type AlertsAccepted = z.infer<typeof alertsAccepted>;
