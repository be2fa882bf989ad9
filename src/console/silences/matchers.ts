// Matchers for alerts like a given one, as a first draft: whoever silences takes out what differs between them.

import type { Alert } from '../../contract/api/index.ts';

/** As many as a silence may have. */
const mostMatchers = 20;
const longestMatcher = 1_000;
/** What the syntax of matchers can name. */
const nameable = /^[^\s=!~"{},@]+$/;

export function matchersLike({ source, fingerprint, labels }: Alert): string[] {
  const ofLabels = Object.entries(labels)
    .filter(([name, value]) => nameable.test(name) && value !== '')
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .filter((matcher) => matcher.length <= longestMatcher)
    .slice(0, mostMatchers - 1);
  const telling = ofLabels.length > 0 ? ofLabels : [`@fingerprint=${JSON.stringify(fingerprint)}`];
  return [`@source=${JSON.stringify(source)}`, ...telling];
}
