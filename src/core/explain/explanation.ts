// An answer to "why?": the same lines for API, command line and console.

export interface Explanation {
  about: 'alert' | 'incident';
  id: string;
  title: string;
  /** The incident itself, or that of the alert; null when it belongs to none. */
  incidentId: string | null;
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
