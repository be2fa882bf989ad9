// Commands to incidents.

import { z } from 'zod';
import { type CommandRequest, command, commandRequest, id } from '../../../contract/api/index.ts';
import { incidentWorkflowId } from '../../../contract/names.ts';
import { mayDecideAs } from '../../../core/approval/policy.ts';
import { assertNever } from '../../../core/assert-never.ts';
import type { Json } from '../../../core/canonical.ts';
import type { IncidentCommand } from '../../../core/incident/commands.ts';
import { nodeNamed } from '../../../core/incident/state.ts';
import { hasEnded } from '../../../core/incident/status.ts';
import { type NewStoreCommand, readCommand } from '../../../store/commands.ts';
import { readIncidentState, readIncidentStatus } from '../../../store/incidents-read.ts';
import { unmergeIncident } from '../../../store/unmerge-incident.ts';
import type { AppDeps } from '../../deps.ts';
import { commandIdFor, deliver, earlierCommand, presentCommand, submit } from '../commands.ts';
import { idempotencyHeaders, readIdempotencyKey } from '../idempotency.ts';
import { notFound, Refusal } from '../refusal.ts';
import { json, type Reply, route } from '../route.ts';
import { mustBeThere } from './incidents.ts';

const params = z.object({ id });

export const commandRoutes = [
  route({
    method: 'post',
    path: '/api/incidents/:id/commands',
    summary: 'Ask something of an incident',
    tag: 'Incidents',
    access: 'responder',
    params,
    body: commandRequest,
    headers: idempotencyHeaders,
    responses: {
      200: { description: 'Applied', schema: command },
      202: { description: 'Stored; it will be delivered', schema: command },
    },
    problems: [404, 409],
    handle: async ({ params: { id: incidentId }, body, deps, principal, request, now }) => {
      const incident = await mustBeThere(deps.store, incidentId);
      const asked = { incidentId, ...body };
      const commandId = commandIdFor(principal, readIdempotencyKey(request));
      if (await earlierCommand(deps, commandId, asked)) return await deliver(deps, commandId);
      const { actor, role } = principal;
      const at = now.toISOString();
      const base = { commandId, incidentId, workflowId: incidentWorkflowId(incidentId), actor, actorRole: role, at };
      if (body.type === 'unmerge') {
        return await unmerge(deps, { ...base, payload: { type: 'unmerge', reason: body.reason ?? '' } }, asked);
      }
      if (hasEnded(incident.status) && body.type !== 'reopen') {
        throw new Refusal(409, 'incident_ended', `The incident is ${incident.status}; reopen it first`);
      }
      if (body.type === 'answer') await mayAnswer(deps, incidentId, body.stepId, role);
      const payload = await toCommand(deps, incidentId, commandId, body, actor);
      return await submit(deps, { ...base, payload }, asked);
    },
  }),
  route({
    method: 'get',
    path: '/api/commands/:id',
    summary: 'How a command stands',
    tag: 'Incidents',
    access: 'viewer',
    params,
    responses: { 200: { description: 'The command', schema: command } },
    problems: [404],
    handle: async ({ params: { id: commandId }, deps }) => {
      const row = await readCommand(deps.store, commandId);
      if (!row) throw notFound('command', commandId);
      return json(presentCommand(row));
    },
  }),
];

async function unmerge(deps: AppDeps, command: NewStoreCommand, asked: Json): Promise<Reply> {
  const result = await unmergeIncident(deps.store, command, asked);
  if (!result.unmerged) throw new Refusal(409, 'not_merged', result.reason);
  const row = await readCommand(deps.store, command.commandId);
  if (!row) throw notFound('command', command.commandId);
  return json(presentCommand(row));
}

async function toCommand(
  deps: AppDeps,
  incidentId: string,
  commandId: string,
  request: Exclude<CommandRequest, { type: 'unmerge' }>,
  actor: string,
): Promise<IncidentCommand> {
  switch (request.type) {
    case 'acknowledge':
    case 'assign':
    case 'note':
    case 'start_step':
    case 'answer':
      return request;
    case 'retry':
      return { type: 'retry', stepId: request.stepId ?? null };
    case 'severity':
    case 'resolve':
    case 'dismiss':
    case 'reopen':
    case 'settle':
      return { ...request, reason: request.reason ?? '' };
    case 'merge': {
      if (!(await readIncidentStatus(deps.store, request.into))) {
        throw new Refusal(409, 'merge_target_not_found', `There is no incident ${request.into} to merge into`);
      }
      return { ...request, reason: request.reason ?? '' };
    }
    case 'run_action': {
      const planned = await deps.planAction({ incidentId, commandId, request, actor });
      if (planned.ok) return { type: 'run_action', step: planned.step };
      throw new Refusal(planned.because === 'invalid' ? 400 : 409, planned.code, planned.reason);
    }
    default:
      return assertNever(request);
  }
}

/** Who may answer is known before the workflow is asked: it knows no roles. */
async function mayAnswer({ store }: AppDeps, incidentId: string, stepId: string, role: string): Promise<void> {
  const state = await readIncidentState(store, incidentId);
  const node = state && nodeNamed(state, stepId);
  if (node?.type !== 'ask' || mayDecideAs(role, node.roles)) return;
  throw new Refusal(409, 'role_not_allowed', `The role ${role} may not answer; needed: ${node.roles.join(' or ')}`);
}
