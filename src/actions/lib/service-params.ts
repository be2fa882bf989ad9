// What the parameters of the actions on services have in common.

import { z } from 'zod';
import type { GuardFacts, Refusal } from '../action.ts';

/** As in the targets file. No path can be made of it. */
export const serviceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'write the name of a service in the targets file, such as checkout.');

export function refuseProtectedService(service: string, facts: GuardFacts): Refusal | undefined {
  if (!facts.protected.services.includes(service)) return undefined;
  return { code: 'protected_service', reason: `The plan protects the service ${service}` };
}
