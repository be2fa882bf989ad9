// Waiting for recovery: until all alerts are resolved and quiet, or a person says so; reminded, and never for ever.

import type { IncidentWaits } from '../../src/core/incident/plan.ts';
import type { Incident } from './incident.ts';

/** @param isLeft a person sent the incident back to an earlier phase */
export async function untilRecovered(incident: Incident, waits: IncidentWaits, isLeft: () => boolean): Promise<void> {
  const isDone = () => incident.state.recovered !== null || incident.isEnding || isLeft();
  while (!isDone()) {
    if (incident.state.firing > 0) await untilAlertsResolve(incident, waits, isDone);
    else await untilQuiet(incident, waits.quietMs, isDone);
  }
}

async function untilAlertsResolve(incident: Incident, waits: IncidentWaits, isDone: () => boolean): Promise<void> {
  await incident.flush();
  const { remindedAt, times } = incident.state;
  const reminderAtMs = Date.parse(remindedAt ?? times.detectedAt) + waits.recoveryReminderMs;
  const isOver = () => incident.state.firing === 0 || isDone();
  if (await incident.waitUntil(isOver, reminderAtMs, 'Recovery: alerts still fire; remind when overdue')) return;
  remindOrGiveUp(incident, waits.recoveryReminders);
}

function remindOrGiveUp(incident: Incident, reminders: number): void {
  if (incident.state.reminders < reminders) {
    const count = `${incident.state.reminders + 1} of ${reminders}`;
    incident.record({ type: 'reminded', text: `Alerts still fire; recovery is overdue (reminder ${count})` });
    return;
  }
  const text = 'Alerts were still firing when Firebreak stopped waiting; find out whether the problem is over';
  incident.record([
    { type: 'follow_up_added', text },
    { type: 'recovered', how: 'gave_up_waiting' },
  ]);
}

/** An alert that fires again within the quiet time was flapping: nothing reopens and nobody is paged twice. */
async function untilQuiet(incident: Incident, quietMs: number, isDone: () => boolean): Promise<void> {
  const isDisturbed = () => incident.state.firing > 0 || isDone();
  if (quietMs > 0) {
    await incident.flush();
    const summary = 'Recovery: quiet since the last alert resolved';
    if (await incident.waitUntil(isDisturbed, Date.now() + quietMs, summary)) return;
  }
  incident.record({ type: 'recovered', how: 'alerts_resolved' });
}
