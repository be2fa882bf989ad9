// How many alerts came, by source and what became of them. What is withheld is accepted too.

import { Counter, type Registry } from 'prom-client';

export type AlertFate = 'accepted' | 'duplicate' | 'withheld' | 'quarantined' | 'unauthenticated';

export interface AlertMetrics {
  /** Of alerts; for what is not parsed, of requests. */
  count(source: string, fate: AlertFate, alerts: number): void;
}

export function alertMetrics(registry: Registry): AlertMetrics {
  const counter = new Counter({
    name: 'firebreak_alerts_received_total',
    help: 'Alerts by source and fate, withheld ones among the accepted; bodies where quarantined or not authenticated',
    labelNames: ['source', 'fate'] as const,
    registers: [registry],
  });
  return { count: (source, fate, alerts) => counter.inc({ source, fate }, alerts) };
}
