// Commands to an incident. What they change here is only what the pages must show afterwards.

import type { Express } from 'express';
import {
  type Command,
  type CommandRequest,
  command,
  commandRequest,
  type IncidentDetail,
} from '../../../src/contract/api/index.ts';
import { answer, problem, record } from './reply.ts';
import { sessionOf } from './routes-session.ts';
import { sampleEntry, sha256 } from './samples.ts';
import type { World } from './world.ts';

const commands = new Map<string, Command>();

export function commandRoutes(app: Express, world: World, emit: (incidentId: string) => void): void {
  app.post('/api/incidents/:id/commands', (request, response) => {
    record(world, request);
    const session = sessionOf(request, world);
    const incident = world.incident(request.params.id);
    if (!incident) {
      problem(response, 404, 'incident_not_found', 'There is no such incident.');
      return;
    }
    if (session?.role === 'viewer') {
      problem(response, 403, 'role_not_allowed', 'A viewer may only look.');
      return;
    }
    const asked = commandRequest.parse(request.body);
    const given = world.commandAnswer;
    if (typeof given === 'object') {
      problem(response, given.status, given.code, given.detail);
      return;
    }
    const made = makeCommand(
      incident.id,
      asked.type,
      session?.actor ?? '',
      given,
      request.get('idempotency-key') ?? '',
    );
    if (given === 'done') apply(world, incident, asked, session?.actor ?? '');
    emit(incident.id);
    answer(response, command, made, given === 'done' ? 200 : 202);
  });
  app.get('/api/commands/:id', (request, response) => {
    const found = commands.get(request.params.id);
    if (!found) {
      problem(response, 404, 'command_not_found', 'There is no such command.');
      return;
    }
    answer(response, command, found);
  });
}

/** Ends a command that was answered as pending. */
export function finishCommands(end: Pick<Command, 'status' | 'refusal'>): void {
  for (const made of commands.values()) if (made.status === 'pending') Object.assign(made, end);
}

export function makeCommand(
  incidentId: string,
  type: string,
  actor: string,
  status: 'done' | 'pending',
  key: string,
): Command {
  const at = new Date().toISOString();
  const id = sha256(`${actor} ${key}`).slice(0, 20);
  const finishedAt = status === 'done' ? at : null;
  const made: Command = { id, incidentId, type, status, actor, createdAt: at, finishedAt, refusal: null };
  commands.set(id, made);
  return made;
}

function apply(world: World, incident: IncidentDetail, asked: CommandRequest, actor: string): void {
  const at = new Date().toISOString();
  const tell = (kind: string, text: string): void => {
    const timeline = world.timelines.get(incident.id) ?? [];
    const seq = Math.max(0, ...[...world.timelines.values()].flat().map((entry) => entry.seq)) + 1;
    world.timelines.set(incident.id, [...timeline, sampleEntry(seq, { at, actor, kind, text, data: { ...asked } })]);
  };
  switch (asked.type) {
    case 'acknowledge':
      incident.times.acknowledgedAt = at;
      tell('acknowledged', 'Acknowledged');
      return;
    case 'assign':
      incident.assignee = asked.to;
      incident.times.acknowledgedAt ??= at;
      tell('assigned', `Assigned to ${asked.to}`);
      return;
    case 'note':
      tell('noted', asked.text);
      return;
    case 'severity':
      incident.severity = asked.severity;
      tell('severity_changed', `Severity is ${asked.severity}`);
      return;
    case 'settle': {
      const step = incident.steps.find(({ id }) => id === asked.stepId);
      if (step) step.status = asked.happened ? 'done' : 'failed';
      tell('step_finished', asked.happened ? 'It happened' : 'It did not happen');
      return;
    }
    case 'start_step': {
      const step = incident.steps.find(({ id }) => id === asked.stepId);
      if (step) incident.steps.push({ ...step, id: `${step.id}-started`, phase: 'added', status: 'running' });
      tell('step_added', 'Started');
      return;
    }
    case 'dismiss':
      incident.status = 'dismissed';
      incident.disposition = asked.disposition;
      tell('ended', 'Dismissed');
      return;
    default:
      tell(asked.type, asked.type);
      return;
  }
}
