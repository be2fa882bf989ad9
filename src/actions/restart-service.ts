// Restarts a service that the targets file names: by its supervisor, or by systemd. Once per key.

import { defineAction } from './action.ts';
import { type RestartServiceParams, restartServiceDescription } from './descriptions/restart-service.ts';
import { currentRelease } from './lib/releases.ts';
import { restartOnce, serviceNamed, stateOf } from './lib/service-control.ts';

export const restartService = defineAction<RestartServiceParams>({
  ...restartServiceDescription,
  idempotent: true,
  live: ({ service }, targets) => targets.services.has(service),
  realTargets: ({ services }) => [...services.keys()].map((name) => `service:${name}`),
  async apply({ service }, context) {
    const target = serviceNamed(service, context);
    if (target.supervisor === 'process') await currentRelease(target);
    const done = await restartOnce(target, context.key, context.signal);
    return { detail: `Restarted the service ${service}: ${done}`, evidence: { service } };
  },
  async verify({ service }, _, context) {
    const state = await stateOf(serviceNamed(service, context), context.key, context.signal);
    if (!state.sinceKey) return { state: 'absent', detail: `${service} was not restarted` };
    if (!state.running)
      return { state: 'absent', detail: `${service} was restarted and does not run: ${state.detail}` };
    return { state: 'applied', detail: `${service} runs as process ${state.pid}`, evidence: { service } };
  },
});
