// One broken plan: the plan that `firebreak plan new` writes, and one change.

export interface BrokenPlan {
  what: string;
  /** Path in the folder. */
  file: string;
  /** What stands in the file, once; absent when `to` is all of it. */
  from?: string;
  /** What stands there instead; null: the file is not there. */
  to: string | null;
  /** All that `plan check` says, line by line. */
  problems: readonly string[];
}
