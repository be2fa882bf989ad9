// What people ask of an incident over the API, and what came of it.

import { z } from 'zod';
import { longestAnswer } from '../../core/incident/answer.ts';
import { dispositions } from '../../core/incident/status.ts';
import { actor, id, json, reason, severity, text, time } from './common.ts';

const stepId = text(400).min(1);
const optionalReason = { reason: reason.optional() };

const runActionRequest = z.strictObject({
  type: z.literal('run_action'),
  action: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be the name of an action, such as block_ip'),
  params: z.record(text(200), json),
  /** Only containments: how long it is held. */
  holdMs: z.number().int().min(1_000).optional(),
  ...optionalReason,
});
export type RunActionRequest = z.infer<typeof runActionRequest>;

export const commandRequest = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('acknowledge') }),
    z.strictObject({ type: z.literal('assign'), to: text(200).trim().min(1) }),
    z.strictObject({ type: z.literal('note'), text: text(8_000).trim().min(1) }),
    z.strictObject({ type: z.literal('severity'), severity, ...optionalReason }),
    z.strictObject({ type: z.literal('resolve'), ...optionalReason }),
    z.strictObject({ type: z.literal('dismiss'), disposition: z.enum(dispositions), ...optionalReason }),
    z.strictObject({ type: z.literal('merge'), into: id, ...optionalReason }),
    z.strictObject({ type: z.literal('unmerge'), ...optionalReason }).meta({
      description: 'Takes a merged incident out of the other one again, with the alerts that are its own',
    }),
    z.strictObject({ type: z.literal('reopen'), ...optionalReason }),
    runActionRequest,
    z.strictObject({ type: z.literal('start_step'), stepId }).meta({
      description: 'Starts a step that the plan only suggests',
    }),
    z.strictObject({ type: z.literal('settle'), stepId, happened: z.boolean(), ...optionalReason }).meta({
      description: 'Tells what really happened with a step whose outcome is unknown',
    }),
    z
      .strictObject({
        type: z.literal('answer'),
        stepId,
        value: z.union([z.boolean(), z.number(), text(longestAnswer)]),
      })
      .meta({ description: 'Answers a question of the playbook' }),
    z.strictObject({ type: z.literal('retry'), stepId: stepId.optional() }).meta({
      description: 'Begins a failed step anew, or what failed inside it; without stepId whatever failed',
    }),
  ])
  .meta({ id: 'CommandRequest' });
export type CommandRequest = z.infer<typeof commandRequest>;

/** done: it is applied. pending: it is stored and will be delivered. refused: it made no sense when it arrived. */
export const command = z
  .object({
    id,
    incidentId: id,
    type: z.string(),
    status: z.enum(['pending', 'done', 'refused']),
    actor,
    createdAt: time,
    finishedAt: time.nullable(),
    refusal: z.object({ code: z.string(), reason: z.string() }).nullable(),
  })
  .meta({ id: 'Command' });
export type Command = z.infer<typeof command>;
