// Metrics of the gateway for Prometheus. What is counted in the store is read when it is scraped.

import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Store } from '../store/database.ts';
import { readGauges } from '../store/gauges.ts';
import { listPlanHolders } from '../store/plans.ts';
import type { Urgency } from './dispatch/waiting-line.ts';

/** From the commit of an alert until its incident's workflow has it. */
export function dispatchMetrics(registry: Registry) {
  const seconds = new Histogram({
    name: 'firebreak_dispatch_seconds',
    help: 'Time from the commit of an alert until its workflow has it',
    labelNames: ['source', 'severity'] as const,
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  return ({ source, severity }: Urgency, waitedMs: number) => seconds.observe({ source, severity }, waitedMs / 1_000);
}

export interface Metrics {
  /** Other parts of the process add theirs. */
  registry: Registry;
  /** `route` is the pattern, never the path: its cardinality is bounded. */
  requestSeconds: Histogram<'method' | 'route' | 'status'>;
  /** The text exposition of everything, with the store's gauges as they are now. */
  scrape(): Promise<string>;
}

export function createMetrics(store: Store): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requestSeconds = new Histogram({
    name: 'firebreak_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its response',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const refresh = storeGauges(registry, store);
  return {
    registry,
    requestSeconds,
    scrape: async () => {
      await refresh();
      return await registry.metrics();
    },
  };
}

function storeGauges(registry: Registry, store: Store): () => Promise<void> {
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const openIncidents = gauge('firebreak_incidents_open', 'Incidents that have not ended', ['status', 'severity']);
  const backlog = gauge('firebreak_incidents_undelivered', 'Incidents with alerts that their workflow has not got');
  const backlogAge = gauge(
    'firebreak_backlog_age_seconds',
    'How long the oldest alert waits that a workflow has not got',
    ['source', 'severity'],
  );
  const commands = gauge('firebreak_commands_pending', 'Commands that are stored and not delivered');
  const approvals = gauge('firebreak_approvals_pending', 'Approvals that wait for a decision');
  const containments = gauge('firebreak_containments_active', 'Containments in the world, or perhaps', ['status']);
  const quarantine = gauge('firebreak_quarantine_items', 'Bodies that were authenticated but malformed');
  const stuck = gauge(
    'firebreak_workflows_stuck',
    'Workflows that stand still: Temporal tries their task again and again',
  );
  const withheld = gauge('firebreak_alerts_withheld', 'Alerts that fire and are kept from incidents for now');
  const plan = gauge('firebreak_plan_info', 'Which process runs by which response plan', ['process', 'digest']);
  const planRefused = gauge('firebreak_plan_refused', '1: a newer plan is wrong, the one before stays', ['process']);
  const up = gauge('firebreak_store_up', '0: the store did not answer this scrape, and its gauges are older');
  return async () => {
    try {
      const [now, holders] = await Promise.all([readGauges(store), listPlanHolders(store, new Date().toISOString())]);
      plan.reset();
      planRefused.reset();
      for (const { process, digest, refused } of holders) {
        plan.set({ process, digest }, 1);
        planRefused.set({ process }, refused ? 1 : 0);
      }
      openIncidents.reset();
      for (const { status, severity, count } of now.openIncidents) openIncidents.set({ status, severity }, count);
      containments.reset();
      for (const { status, count } of now.containments) containments.set({ status }, count);
      backlogAge.reset();
      for (const { source, severity, oldestMs } of now.backlog) backlogAge.set({ source, severity }, oldestMs / 1_000);
      backlog.set(now.undelivered);
      commands.set(now.commandsPending);
      approvals.set(now.approvalsPending);
      quarantine.set(now.quarantined);
      withheld.set(now.withheld);
      stuck.set(now.stuck);
      up.set(1);
    } catch {
      up.set(0);
    }
  };
}
