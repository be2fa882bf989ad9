// Incidents of one kind: the same rule on the same service; where no rule matched, findings of one source that are called
// alike. What people did with them is what is counted.

import { derivedId } from '../ids.ts';
import { plainLine } from '../text.ts';
import { type IncidentFacts, newestFirst } from '../triage/facts.ts';
import type { Triage } from '../triage/triage.ts';
import { titleShape } from './features.ts';

export interface Kind {
  key: string;
  /** Completes "incidents …". */
  words: string;
}

const longestName = 80;

export function kindOf(facts: IncidentFacts, { rule, service }: Triage): Kind {
  const [newest] = newestFirst(facts.alerts);
  const on = service === null ? 'without a service' : `on service ${plainLine(service, longestName)}`;
  if (rule !== null) return { key: keyOf('rule', rule, service), words: `of rule ${rule} ${on}` };
  const { source = '', title = '' } = newest ?? {};
  return {
    key: keyOf('source', source, titleShape(title), service),
    words: `of source ${source} called like it ${on}`,
  };
}

const keyOf = (...parts: (string | null)[]): string => derivedId(20, 'kind', JSON.stringify(parts));
