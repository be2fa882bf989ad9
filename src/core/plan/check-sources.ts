// Checks the mappings of sources.yaml: names, and that every expression compiles and gives what its place needs.

import type { LocalNames } from '../expression/environment.ts';
import { checkType, type Place } from './check-expressions.ts';
import type { Finding } from './finding.ts';
import type { Mapping, SourceSettings } from './sources.ts';

const texts = ['string', 'int', 'uint', 'double', 'bool'];

export function checkSources({ mappings }: SourceSettings, at: (...path: PropertyKey[]) => Place): Finding[] {
  return mappings.flatMap((mapping, index) => checkMapping(mapping, (...path) => at('mappings', index, ...path)));
}

function checkMapping(mapping: Mapping, at: (...path: PropertyKey[]) => Place): Finding[] {
  const names = mappingNames(mapping);
  const one = (key: 'when' | 'resolved' | (typeof textKeys)[number], wanted: readonly string[]): Finding[] =>
    checkType(mapping[key], wanted, at(key), names);
  return [
    ...checkType(mapping.each, ['list'], at('each'), { body: true }),
    ...one('when', ['bool']),
    ...one('resolved', ['bool']),
    ...textKeys.flatMap((key) => one(key, texts)),
    ...Object.entries(mapping.labels).flatMap(([label, value]) => checkType(value, texts, at('labels', label), names)),
    ...Object.entries(mapping.entities).flatMap(([kind, value]) =>
      checkType(value, ['string', 'list'], at('entities', kind), names),
    ),
  ];
}

const textKeys = [
  ...(['fingerprint', 'title', 'description', 'severity', 'starts_at', 'ends_at', 'group', 'url'] as const),
] as const;

export const mappingNames = ({ each }: Pick<Mapping, 'each'>): LocalNames =>
  each === undefined ? { body: true } : { body: true, item: 'dyn' };
