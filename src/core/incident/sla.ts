// The clocks of an incident: by when it should be acknowledged and recovered, and whether it was.

/** ISO-8601; as the plan had it for the severity at triage. */
export interface Sla {
  acknowledgeBy: string;
  recoverBy: string;
}

export const slaStates = ['due', 'met', 'breached'] as const;
export type SlaState = (typeof slaStates)[number];

/** `at`: when it stopped; null while it runs. */
export interface SlaClock {
  by: string;
  at: string | null;
  state: SlaState;
}

export interface SlaClocks {
  acknowledge: SlaClock;
  recover: SlaClock;
}

interface Times {
  acknowledgedAt: string | null;
  resolvedAt: string | null;
  closedAt: string | null;
}

/** Recovery stops both, and so does the end: then there is nothing left to acknowledge. */
export function slaClocks({ acknowledgeBy, recoverBy }: Sla, times: Times, nowMs: number): SlaClocks {
  const recoveredAt = times.resolvedAt ?? times.closedAt;
  return {
    acknowledge: slaClock(acknowledgeBy, times.acknowledgedAt ?? recoveredAt, nowMs),
    recover: slaClock(recoverBy, recoveredAt, nowMs),
  };
}

function slaClock(by: string, at: string | null, nowMs: number): SlaClock {
  const isLate = (at === null ? nowMs : Date.parse(at)) > Date.parse(by);
  return { by, at, state: isLate ? 'breached' : at === null ? 'due' : 'met' };
}

/** The clock that runs and ends next; undefined when none runs. */
export function nextClock(clocks: SlaClocks): { what: keyof SlaClocks; by: string } | undefined {
  const { acknowledge, recover } = clocks;
  if (acknowledge.at === null) return { what: 'acknowledge', by: acknowledge.by };
  return recover.at === null ? { what: 'recover', by: recover.by } : undefined;
}
