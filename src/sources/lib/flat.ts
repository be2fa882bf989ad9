// Nested JSON as flat texts, `a.b.c`, and what entities are among them. Sources name the places; nothing is guessed.

import { alertBounds, type Entity, type EntityKind } from '../../core/alert.ts';
import { entityOf } from './entities.ts';

const deepest = 10;

/** Scalars as text, by their dotted place; members of lists under the list's own place. Bounded, in the given order. */
export function flatTexts(value: unknown, most: number = alertBounds.labels): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let left = most;
  const visit = (one: unknown, place: string, depth: number): void => {
    if (left <= 0 || one === null || one === undefined || one === '') return;
    if (typeof one !== 'object') {
      left -= 1;
      const same = found.get(place);
      if (same) same.push(String(one));
      else found.set(place, [String(one)]);
    } else if (depth < deepest) {
      if (Array.isArray(one)) for (const member of one) visit(member, place, depth + 1);
      else for (const [key, member] of Object.entries(one)) visit(member, place ? `${place}.${key}` : key, depth + 1);
    }
  };
  visit(value, '', 0);
  return found;
}

/** Texts, numbers and booleans as labels; what is absent, empty or nested is left out. */
export function labelsFrom(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept = Object.entries(values).flatMap(([name, value]): [string, string][] => {
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isScalar && value !== '' ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(kept);
}

/** Of the values that are there and are of their kind. */
export function entitiesFrom(values: Partial<Record<EntityKind, readonly unknown[]>>): Entity[] {
  return Object.entries(values).flatMap(([kind, all]) =>
    all.flatMap((value) => (typeof value === 'string' && entityOf(kind as EntityKind, value)) || []),
  );
}

/** The entities at these places of a flattened value. */
export function entitiesAt(
  flat: ReadonlyMap<string, readonly string[]>,
  places: Partial<Record<EntityKind, readonly string[]>>,
): Entity[] {
  const values = Object.entries(places).map(([kind, names]) => [kind, names.flatMap((name) => flat.get(name) ?? [])]);
  return entitiesFrom(Object.fromEntries(values));
}
