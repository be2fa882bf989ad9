// Texts and times of others in the words of a playbook: never an expression, never a name that could mean something else.

import { plainLine } from '../core/text.ts';

export const longestText = 1_500;

/** Text from outside: one line that is no expression. */
export const said = (text: string): string => plainLine(text, longestText).replace(/^[=\s]+/, '') || '-';

export function slug(text: string, otherwise: string): string {
  const made = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  return made.slice(0, 40).replace(/-+$/, '') || otherwise;
}

/** Whole seconds, rounded up; a year at most. */
export const durationOf = (ms: number): string => {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  return seconds < 1_000_000 ? `${seconds}s` : `${Math.min(366, Math.ceil(seconds / 86_400))}d`;
};
