// Matchers: what a silence, a maintenance window or an inhibition rule says of an alert. The text form and the meaning
// are Alertmanager's (https://prometheus.io/docs/alerting/latest/configuration/#matcher): name, `=`, `!=`, `=~` or
// `!~`, and a value; a label that is not there is the empty text; patterns are RE2 and match the whole value.
// A name that begins with "@" is no label but a field of the alert, or all its entities of a kind.

import { RE2JS } from '@bufbuild/re2';
import { type Alert, type EntityKind, entityKinds } from '../alert.ts';

const operators = ['=~', '!~', '!=', '='] as const;
type Operator = (typeof operators)[number];

export interface Matcher {
  name: string;
  operator: Operator;
  value: string;
  /** As it was written. */
  text: string;
  test: (value: string) => boolean;
}

export const longestMatcher = 1_000;

/** A matcher that cannot be read. The message says what was found and what would be right. */
export class MatcherProblem extends Error {
  readonly code = 'matcher_invalid';
}

const shape = /^\s*(@?[^\s=!~"{},@][^\s=!~"{},]*)\s*(=~|!~|!=|=)\s*([\s\S]*?)\s*$/;
const fields = ['source', 'fingerprint', 'title', 'severity'] as const;
type Field = (typeof fields)[number];

/** @throws MatcherProblem */
export function parseMatcher(text: string): Matcher {
  if (text.length > longestMatcher) throw new MatcherProblem(`is longer than ${longestMatcher} characters`);
  const [, name, operator, given] = shape.exec(text) ?? [];
  if (name === undefined || operator === undefined || given === undefined) {
    throw new MatcherProblem('write a name, one of = != =~ !~ and a value, such as severity=~"warning|info"');
  }
  refuseUnknownField(name);
  const value = unquoted(given);
  return { name, operator: operator as Operator, value, text, test: testOf(operator as Operator, value) };
}

function refuseUnknownField(name: string): void {
  if (!name.startsWith('@')) return;
  const known: readonly string[] = [...fields, ...entityKinds];
  if (known.includes(name.slice(1))) return;
  throw new MatcherProblem(`there is no field ${name}: there are ${known.map((one) => `@${one}`).join(', ')}`);
}

function unquoted(given: string): string {
  if (!given.startsWith('"')) return given;
  try {
    const value: unknown = JSON.parse(given);
    if (typeof value === 'string') return value;
  } catch {}
  throw new MatcherProblem('its value is no text in double quotes: close them, and escape inner ones as \\"');
}

function testOf(operator: Operator, value: string): (given: string) => boolean {
  if (operator === '=' || operator === '!=') return (given) => given === value;
  const pattern = wholePattern(value);
  return (given) => pattern.test(given);
}

function wholePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(`^(?:${pattern})$`, RE2JS.DOTALL);
  } catch (error) {
    throw new MatcherProblem(`its pattern is none of RE2: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What a matcher, or `equal` of an inhibition rule, looks at: one text, or several of a kind of entities. */
export function valuesOf(alert: Alert, name: string): string[] {
  if (!name.startsWith('@')) return [Object.hasOwn(alert.labels, name) ? (alert.labels[name] ?? '') : ''];
  const field = name.slice(1);
  if ((fields as readonly string[]).includes(field)) return [fieldOf(alert, field as Field)];
  const values = alert.entities.filter(({ kind }) => kind === (field as EntityKind)).map(({ value }) => value);
  return values.length > 0 ? values : [''];
}

function fieldOf(alert: Alert, field: Field): string {
  return field === 'severity' ? (alert.severityHint ?? '') : alert[field];
}

/** True when each matcher matches. */
export function matchesAll(alert: Alert, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ name, operator, test }) => {
    const isFound = valuesOf(alert, name).some(test);
    return operator === '=' || operator === '=~' ? isFound : !isFound;
  });
}

/** True when the matcher is content with an alert that has nothing of that name: alone, it would match all alerts. */
export function matchesNothing({ operator, test }: Matcher): boolean {
  return operator === '=' || operator === '=~' ? test('') : !test('');
}
