// Puts an earlier release of a service into place: what is known of it before anything acts.

import { z } from 'zod';
import type { ActionDescription } from '../description.ts';
import { refuseProtectedService, serviceName } from '../lib/service-params.ts';

const releaseName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'write the name of a release, as its folder is called.');

const params = z.strictObject({
  service: serviceName,
  /** Absent: the release that was deployed before the current one. */
  release: releaseName.optional(),
});

export type RollbackServiceParams = z.output<typeof params>;

export const rollbackServiceDescription = {
  name: 'rollback_service',
  title: 'Roll a service back to an earlier release',
  kind: 'change',
  risk: 'medium',
  d3fend: 'D3-RS',
  params,
  timeoutMs: 60_000,
  target: ({ service }) => `service:${service}`,
  describe: ({ service, release }) => `Roll the service ${service} back to ${release ?? 'the release before'}`,
  refuse: ({ service }, facts) => refuseProtectedService(service, facts),
  undo: true,
} satisfies ActionDescription<RollbackServiceParams>;
