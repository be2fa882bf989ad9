// What the list shows, kept in the address: a link to it shows the same.

import type { SuppressedFilter } from '../api/queries.ts';
import { type BecauseName, becauseKinds, becauseNames } from './because.ts';

export interface ListFilter {
  isFiring: boolean;
  because: BecauseName[];
  source: string;
  text: string;
}

export function filterOf(search: URLSearchParams): ListFilter {
  const asked = (search.get('because') ?? '').split(',');
  return {
    isFiring: search.get('show') === 'firing',
    because: becauseNames.filter((name) => asked.includes(name)),
    source: search.get('source') ?? '',
    text: search.get('q') ?? '',
  };
}

export const queryOf = ({ isFiring, because, source, text }: ListFilter): SuppressedFilter => ({
  status: isFiring ? 'firing' : undefined,
  suppressed: because.flatMap((name) => becauseKinds[name].of).join(',') || undefined,
  source: source.trim() || undefined,
  q: text.trim() || undefined,
});

export const isNarrowed = ({ isFiring, because, source, text }: ListFilter): boolean =>
  isFiring || because.length > 0 || source.trim() !== '' || text.trim() !== '';
