// What was learnt from incidents that people ended: of one incident, and as a whole.

import { z } from 'zod';
import { dispositions, incidentStatuses } from '../../core/incident/status.ts';
import { verdicts } from '../../core/learning/verdict.ts';
import { id, time } from './common.ts';

const similarIncident = z
  .object({
    id,
    title: z.string(),
    openedAt: time,
    status: z.enum(incidentStatuses),
    disposition: z.enum(dispositions).nullable(),
    playbook: z.string().nullable(),
    worked: z
      .array(z.string())
      .meta({ description: 'Titles of actions that changed something, worked and were not undone' }),
    because: z.array(z.string()).meta({ description: 'What both have in common' }),
    url: z.string().meta({ description: 'The incident in the console' }),
  })
  .meta({ id: 'SimilarIncident' });

const judgement = z
  .object({
    chance: z.number().min(0).max(1).meta({ description: 'How likely it is a false alarm' }),
    words: z.string(),
    because: z.array(z.string()),
    model: z.string().meta({ description: 'Digest of the model that said so' }),
  })
  .meta({ id: 'Judgement' });

/** Lines and titles have words of tools and people in them. */
export const incidentLearnt = z
  .object({
    falseAlarm: judgement.nullable().meta({ description: 'Null while too little is known' }),
    suggested: z.array(z.string()).meta({ description: 'What people made of such incidents before' }),
    verdict: z
      .enum(verdicts)
      .nullable()
      .meta({ description: 'What people said of it by how they ended it; null when nothing was learnt from it' }),
    similar: z.array(similarIncident).meta({ description: 'Earlier incidents, the most alike first' }),
  })
  .meta({ id: 'IncidentLearnt' });
export type IncidentLearnt = z.infer<typeof incidentLearnt>;

export const learningStatus = z
  .object({
    speaks: z.boolean().meta({ description: 'False while too few incidents were ended by people' }),
    falseAlarms: z.number().int(),
    real: z.number().int(),
    due: z.number().int().meta({ description: 'Incidents that ended and are still to be learnt from' }),
    model: z.string().nullable().meta({ description: 'Digest; null while nothing was learnt' }),
    updatedAt: time.nullable(),
  })
  .meta({ id: 'LearningStatus' });

export const learningRebuild = z
  .object({
    incidents: z.number().int().meta({ description: 'To be learnt from anew, in the order in which they ended' }),
  })
  .meta({ id: 'LearningRebuild' });
