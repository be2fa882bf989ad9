// Severity of alerts and incidents, worst first. Knows no source's own words for it; sources map theirs to these.

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

export function isSeverity(value: unknown): value is Severity {
  return severities.includes(value as Severity);
}

/** Negative when `a` is worse than `b`, so that sorting puts the worst first. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}

export function worstSeverity(all: readonly Severity[], otherwise: Severity = 'medium'): Severity {
  return [...all].sort(compareSeverity)[0] ?? otherwise;
}
