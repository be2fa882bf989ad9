// reports/incident.yaml: what the report of an incident tells, and in which order. Choices as data: there is deliberately no
// template language, because what a report tells comes from outside.

import { z } from 'zod';
import { line } from './values.ts';

export const reportSections = [
  'summary',
  'done',
  'undone',
  'in_place',
  'decisions',
  'metrics',
  'alerts',
  'follow_ups',
  'timeline',
] as const;
export type ReportSection = (typeof reportSections)[number];

export const incidentReport = z.strictObject({
  heading: line.max(200).optional().describe('A line under the title, such as how confidential the report is.'),
  sections: z
    .array(z.enum(reportSections))
    .min(1)
    .refine((given) => new Set(given).size === given.length, 'write each section once')
    .default([...reportSections])
    .describe('Those that are told, in their order.'),
});

export type IncidentReport = z.output<typeof incidentReport>;

export const wholeReport: IncidentReport = { sections: [...reportSections] };
