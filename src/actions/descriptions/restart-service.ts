// Restarts a service that the targets file names: what is known of it before anything acts.

import { z } from 'zod';
import type { ActionDescription } from '../description.ts';
import { refuseProtectedService, serviceName } from '../lib/service-params.ts';

const params = z.strictObject({ service: serviceName });

export type RestartServiceParams = z.output<typeof params>;

export const restartServiceDescription = {
  name: 'restart_service',
  title: 'Restart a service',
  kind: 'change',
  risk: 'medium',
  params,
  timeoutMs: 60_000,
  target: ({ service }) => `service:${service}`,
  describe: ({ service }) => `Restart the service ${service}`,
  refuse: ({ service }, facts) => refuseProtectedService(service, facts),
} satisfies ActionDescription<RestartServiceParams>;
