// playbooks/*.yaml: how one kind of incident is answered.

import { z } from 'zod';
import { steps } from './step-schema.ts';
import { httpUrl, line, name, prose } from './values.ts';

const phase = steps.default([]);

/** Of a runbook: an address, not the text itself. */
export const isLink = (runbook: string): boolean => /^https?:\/\//.test(runbook);

export const playbook = z.strictObject({
  name,
  title: line,
  description: prose.optional(),
  references: z
    .array(z.string().trim().min(1).max(300))
    .max(30)
    .default([])
    .describe('MITRE ATT&CK techniques or other pages that say what this answers.'),
  runbook: z.union([httpUrl, prose]).optional().describe('For people: a link, or the text itself (Markdown).'),
  contain: phase,
  verify: phase,
  recover: phase,
});

export type Playbook = z.output<typeof playbook>;

/** In the order in which they run. */
export const phases = ['contain', 'verify', 'recover'] as const;
export type Phase = (typeof phases)[number];
