// An answer to "why?": the same lines for API, command line and console.

import type { Withheld } from '../suppression/judge.ts';

export interface Explanation {
  about: 'alert' | 'incident';
  id: string;
  title: string;
  /** The incident itself, or that of the alert; null when it belongs to none. */
  incidentId: string | null;
  /** What withholds the alert, or did last before it became an incident; null for an incident. */
  withheld: Withheld | null;
  answers: Answer[];
}

/** Lines are plain text with words of tools and people in it: escape them where they are shown. */
export interface Answer {
  question: string;
  lines: string[];
}

/** Questions without an answer are not asked. */
export const answered = (answers: readonly Answer[]): Answer[] => answers.filter(({ lines }) => lines.length > 0);

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
