// The response plan: which one is in force, what an incident was decided by, and loading it again.

import { z } from 'zod';
import { planDigest, planReloaded, planStatus, storedPlan, withholdingRules } from '../../../contract/api/index.ts';
import { explainRules } from '../../../core/explain/explain-rules.ts';
import { listPlanHolders, readStoredPlan } from '../../../store/plans.ts';
import { notFound } from '../refusal.ts';
import { json, route } from '../route.ts';

export const planRoutes = [
  route({
    method: 'get',
    path: '/api/plan',
    summary: 'The response plan in force, and what each process holds',
    tag: 'Response plan',
    access: 'viewer',
    responses: { 200: { description: 'Its digest and playbooks', schema: planStatus } },
    handle: async ({ deps, now }) => {
      const processes = await listPlanHolders(deps.store, now.toISOString());
      const playbooks = deps.plan.current().plan.playbooks.map(({ name, title }) => ({ name, title }));
      return json({ ...deps.plan.holder(), playbooks, processes });
    },
  }),
  route({
    method: 'get',
    path: '/api/plan/withholding',
    summary: 'What the plan in force keeps from incidents: windows, inhibition, flapping and thresholds, in words',
    tag: 'Response plan',
    access: 'viewer',
    responses: { 200: { description: 'Its rules', schema: withholdingRules } },
    handle: async ({ deps }) => {
      const { digest, plan } = deps.plan.current();
      return json({ digest, items: explainRules(plan.rules) });
    },
  }),
  route({
    method: 'get',
    path: '/api/plan/:digest',
    summary: 'A response plan as it was: what an incident with this digest was decided by',
    tag: 'Response plan',
    access: 'viewer',
    params: z.object({ digest: planDigest }),
    responses: { 200: { description: 'The whole plan', schema: storedPlan } },
    problems: [404],
    handle: async ({ params: { digest }, deps }) => {
      const stored = await readStoredPlan(deps.store, digest);
      if (!stored) throw notFound('plan', digest);
      return json(stored);
    },
  }),
  route({
    method: 'post',
    path: '/api/plan/reload',
    summary: 'Read the response plan folder again, in every process; a plan that is wrong is refused, on record',
    tag: 'Response plan',
    access: 'admin',
    body: z.strictObject({}),
    responses: { 200: { description: 'What came of it in this process', schema: planReloaded } },
    handle: async ({ deps, principal }) => json(await deps.plan.reload(principal.actor)),
  }),
];
