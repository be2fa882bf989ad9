// The response plan as one typed value: plain JSON, so that it can be digested, stored and compared.

import { z } from 'zod';
import { canonicalJson, sha256Hex } from '../canonical.ts';
import { approvals } from './approvals.ts';
import { guards } from './guards.ts';
import { assets, indicatorList } from './indicators.ts';
import { module } from './module.ts';
import { playbook } from './playbook.ts';
import { incidentReport } from './reports.ts';
import { routing } from './routing.ts';
import { rules } from './rules.ts';
import { services } from './services.ts';
import { slas } from './slas.ts';
import { sourceSettings } from './sources.ts';

/** The files of the folder beside playbooks/ and modules/, and what each must be. */
export const planFiles = {
  rules: { path: 'rules.yaml', schema: rules },
  routing: { path: 'routing.yaml', schema: routing },
  approvals: { path: 'approvals.yaml', schema: approvals },
  slas: { path: 'slas.yaml', schema: slas },
  guards: { path: 'guards.yaml', schema: guards },
  catalog: { path: 'catalog/services.yaml', schema: services },
  sources: { path: 'sources.yaml', schema: sourceSettings },
  assets: { path: 'catalog/assets.yaml', schema: assets },
  report: { path: 'reports/incident.yaml', schema: incidentReport },
} as const;
export type PlanPart = keyof typeof planFiles;

export const responsePlan = z.strictObject({
  playbooks: z.array(playbook),
  modules: z.array(module).default([]),
  rules,
  routing,
  approvals,
  slas,
  guards,
  catalog: services,
  sources: sourceSettings.optional(),
  assets: assets.optional(),
  indicators: z.array(indicatorList).default([]),
  report: incidentReport.optional(),
});
export type ResponsePlan = z.output<typeof responsePlan>;

export interface LoadedPlan {
  plan: ResponsePlan;
  /** SHA-256 of the plan's canonical JSON, in hex: what every incident pins. */
  digest: string;
}

/** The same content has the same digest, whatever its files look like. */
export function withDigest(plan: ResponsePlan): LoadedPlan {
  return { plan, digest: sha256Hex(canonicalJson(plan)) };
}

export const playbookPath = (playbookName: string): string => `playbooks/${playbookName}.yaml`;
export const modulePath = (moduleName: string): string => `modules/${moduleName}.yaml`;
