// What in an incident waits for a person, in the order of how much it matters.

import type { Approval, Containment, IncidentDetail, Question, Step } from '../../contract/api/index.ts';
import { warningOf } from '../containments/containment-words.ts';

export interface Needs {
  approvals: Approval[];
  questions: Question[];
  /** Steps of which nobody knows whether they happened. */
  unknown: Step[];
  containments: Containment[];
  suggested: Step[];
  count: number;
}

export function needsOf({ approvals, steps, questions, containments }: IncidentDetail): Needs {
  const ids = new Set(steps.map((step) => step.id));
  const needs = {
    approvals: approvals
      .filter((approval) => approval.status === 'pending')
      .sort((a, b) => a.expiresAt.localeCompare(b.expiresAt)),
    questions: questions.filter(({ status }) => status === 'open'),
    unknown: steps.filter((step) => step.status === 'unknown'),
    containments: containments.filter((containment) => warningOf(containment) !== undefined),
    suggested: steps.filter((step) => step.status === 'suggested' && !ids.has(startedAs(step))),
  };
  return { ...needs, count: Object.values(needs).reduce((sum, list) => sum + list.length, 0) };
}

/** The step that a suggestion becomes when a person starts it; the suggestion itself stays on record. */
const startedAs = (step: Step): string => `${step.id}-started`;
