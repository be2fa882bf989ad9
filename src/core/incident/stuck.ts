// Why a workflow stands still, as far as Temporal tells.

/** `failing`: its code throws, or does not fit its history. `timing_out`: no worker completes its tasks. */
export const stuckProblems = ['failing', 'timing_out'] as const;
export type StuckProblem = (typeof stuckProblems)[number];
