// How many alerts came, by source and what became of them.

import { Counter, type Registry } from 'prom-client';

export type AlertFate = 'accepted' | 'duplicate' | 'quarantined' | 'unauthenticated';

export interface AlertMetrics {
  /** Of alerts; for what is not parsed, of requests. */
  count(source: string, fate: AlertFate, alerts: number): void;
}

export function alertMetrics(registry: Registry): AlertMetrics {
  const counter = new Counter({
    name: 'firebreak_alerts_received_total',
    help: 'Alerts by source and fate; bodies where they were quarantined or not authenticated',
    labelNames: ['source', 'fate'] as const,
    registers: [registry],
  });
  return { count: (source, fate, alerts) => counter.inc({ source, fate }, alerts) };
}
