// Puts an earlier release of a service into place and restarts it. Undo puts the later one back.

import { z } from 'zod';
import { type ActionContext, ActionError, defineAction, type ReadBack } from './action.ts';
import { type RollbackServiceParams, rollbackServiceDescription } from './descriptions/rollback-service.ts';
import { findNote, noteOnce } from './lib/notes.ts';
import { currentRelease, releaseToRollBackTo, switchTo } from './lib/releases.ts';
import { restartOnce, serviceNamed, stateOf } from './lib/service-control.ts';
import type { Service } from './targets.ts';

/** Written before anything is switched: "the release before" must mean the same to every attempt. */
const rollbackNote = z.object({ from: z.string(), to: z.string() });

export const rollbackService = defineAction<RollbackServiceParams>({
  ...rollbackServiceDescription,
  idempotent: true,
  live: ({ service }, targets) => targets.services.has(service),
  realTargets: ({ services }) => [...services.keys()].map((name) => `service:${name}`),
  async apply({ service, release }, context) {
    const target = serviceNamed(service, context);
    const note = await noteOnce(target.directory, context.key, rollbackNote, async () => {
      const from = await currentRelease(target);
      return { from, to: await releaseToRollBackTo(target, from, release) };
    });
    await switchTo(target, note.to);
    const done = await restartOnce(target, context.key, context.signal);
    return {
      detail: `Rolled ${service} back from ${note.from} to ${note.to}: ${done}`,
      evidence: { service, ...note },
    };
  },
  async verify({ service }, _, context) {
    const target = serviceNamed(service, context);
    const note = await findNote(target.directory, context.key, rollbackNote);
    if (note === undefined) return { state: 'absent', detail: `${service} was not rolled back` };
    const seen = await runsFrom(target, note.to, context);
    return seen.state === 'applied' ? { ...seen, evidence: { service, ...note } } : seen;
  },
  async undo({ service }, evidence, context) {
    const target = serviceNamed(service, context);
    const note = await noteOf(target, evidence, context);
    const current = await currentRelease(target);
    if (current !== note.to && current !== note.from) {
      const reason = `${service} is at ${current} by now: somebody deployed it since, so it is left alone`;
      throw new ActionError('deployed_since', reason, { settled: true });
    }
    await switchTo(target, note.from);
    const done = await restartOnce(target, context.key, context.signal);
    return { detail: `Put ${service} forward to ${note.from} again: ${done}`, evidence: { service, ...note } };
  },
  async verifyUndone({ service }, evidence, context) {
    const target = serviceNamed(service, context);
    const note = await noteOf(target, evidence, context);
    const seen = await runsFrom(target, note.from, context);
    if (seen.state === 'applied') return { state: 'absent', detail: seen.detail };
    return { state: 'applied', detail: seen.detail };
  },
});

/** Is the release both linked and running, and was it started for this? */
async function runsFrom(service: Service, release: string, context: ActionContext): Promise<ReadBack> {
  const linked = await currentRelease(service);
  if (linked !== release) return { state: 'absent', detail: `The current release is ${linked}, not ${release}` };
  const state = await stateOf(service, context.key, context.signal);
  if (!state.running)
    return { state: 'absent', detail: `Release ${release} is linked and does not run: ${state.detail}` };
  if (!state.sinceKey || (state.release !== undefined && state.release !== release)) {
    return { state: 'absent', detail: `Release ${release} is linked, and process ${state.pid} runs from before that` };
  }
  return { state: 'applied', detail: `Release ${release} is linked and runs as process ${state.pid}` };
}

async function noteOf(service: Service, evidence: unknown, context: ActionContext) {
  const told = rollbackNote.safeParse(evidence);
  if (told.success) return told.data;
  const note = await findNote(service.directory, context.undoes ?? context.key, rollbackNote);
  if (note !== undefined) return note;
  throw new ActionError('nothing_to_undo', 'It was never rolled back: there is no note of it', { settled: true });
}
