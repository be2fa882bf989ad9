// All routes of the gateway except POST /alerts/{source}, which authenticates and parses by its source.

import { eventRoutes } from '../../events/route.ts';
import { healthRoutes } from '../../health.ts';
import type { Route } from '../route.ts';
import { accessRoutes } from './access.ts';
import { alertRoutes } from './alerts.ts';
import { approvalRoutes } from './approvals.ts';
import { auditRoutes } from './audit.ts';
import { commandRoutes } from './commands.ts';
import { containmentRoutes } from './containments.ts';
import { documentRoutes } from './documents.ts';
import { incidentRoutes } from './incidents.ts';
import { learningRoutes } from './learning.ts';
import { operationsRoutes } from './operations.ts';
import { planRoutes } from './plan.ts';
import { questionRoutes } from './questions.ts';
import { silenceRoutes } from './silences.ts';

export const routes: readonly Route[] = [
  ...incidentRoutes,
  ...learningRoutes,
  ...alertRoutes,
  ...commandRoutes,
  ...approvalRoutes,
  ...questionRoutes,
  ...containmentRoutes,
  ...silenceRoutes,
  ...auditRoutes,
  ...accessRoutes,
  ...operationsRoutes,
  ...planRoutes,
  ...eventRoutes,
  ...healthRoutes,
  ...documentRoutes,
];
