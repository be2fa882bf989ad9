// The words that tools use for severity, as ours. What is not here gives no hint; it is no error.

import { isSeverity, type Severity } from '../../core/severity.ts';

const words: Record<Severity, readonly string[]> = {
  critical: ['crit', 'fatal', 'emergency', 'emerg', 'alert', 'page', 'disaster', 'p1', 'sev1', 's1', '1'],
  high: ['error', 'err', 'major', 'urgent', 'severe', 'p2', 'sev2', 's2', '2'],
  medium: ['warning', 'warn', 'moderate', 'average', 'p3', 'sev3', 's3', '3'],
  low: ['minor', 'ticket', 'p4', 'sev4', 's4', '4'],
  info: ['information', 'informational', 'notice', 'debug', 'none', 'ok', 'p5', 'sev5', 's5', '5'],
};
const severityOf = new Map(
  Object.entries(words).flatMap(([severity, list]) => list.map((word) => [word, severity as Severity] as const)),
);
const names = ['severity', 'priority', 'level', 'urgency'];

export function severityOfWord(word: string): Severity | undefined {
  const plain = word.trim().toLowerCase();
  return isSeverity(plain) ? plain : severityOf.get(plain);
}

/** The first label that says one. */
export function severityHintOf(labels: Record<string, string>): Severity | undefined {
  const given = Object.entries(labels);
  for (const name of names) {
    const [, word] = given.find(([label]) => label.length === name.length && label.toLowerCase() === name) ?? [];
    const severity = word === undefined ? undefined : severityOfWord(word);
    if (severity) return severity;
  }
  return undefined;
}
