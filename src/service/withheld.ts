// Judges withheld alerts again when it is time to: those that still fire when nothing withholds them any more become
// incidents.

import type { Alert } from '../core/alert.ts';
import type { WithholdingRules } from '../core/suppression/judge.ts';
import type { Store } from '../store/database.ts';
import { reconsiderAlerts } from '../store/inbox.ts';
import { addInhibitors, judgeAllBy, removeInhibitors, withheldToJudge } from '../store/withheld.ts';
import type { Logger } from './logger.ts';
import { type Periodic, periodically } from './periodic.ts';

const everyMs = 2_000;
const atOnce = 500;

export interface WithheldOptions {
  store: Store;
  rules: () => WithholdingRules;
  /** Of the plan that they are of. */
  planDigest: () => string;
  /** Told of incidents that have something new. */
  onReleased: (incidentIds: string[]) => void;
  log: Logger;
}

export function startWithheld({ store, rules, planDigest, onReleased, log }: WithheldOptions): Periodic {
  let prepared: WithholdingRules | undefined;
  return periodically('Review of withheld alerts', everyMs, log, async () => {
    const [now, digest] = [rules(), planDigest()];
    // At the start, and when the plan was reloaded.
    if (now !== prepared) {
      await addInhibitors(store, now.inhibit);
      await judgeAllBy(store, digest, new Date());
      prepared = now;
    }
    onReleased(await reviewWithheld(store, now, new Date()));
    await removeInhibitors(store);
  });
}

/** Incidents that alerts were released into. */
export async function reviewWithheld(store: Store, rules: WithholdingRules, now: Date): Promise<string[]> {
  const changed = new Set<string>();
  for (;;) {
    const alerts = await withheldToJudge(store, now, atOnce);
    if (alerts.length === 0) return [...changed];
    const requests = [...bySource(alerts)].map(([source, ofSource]) => ({
      ...{ source, alerts: ofSource, receivedAtMs: now.getTime() },
      isAgain: true as const,
    }));
    const results = await reconsiderAlerts(store, requests, rules);
    for (const id of results.flatMap((result) => result.changed)) changed.add(id);
    if (alerts.length < atOnce) return [...changed];
  }
}

function bySource(alerts: readonly Alert[]): Map<string, Alert[]> {
  return Map.groupBy(alerts, ({ source }) => source);
}
