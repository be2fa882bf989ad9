// Refreshes what changed, one refresh at a time: whatever is asked for meanwhile makes one more afterwards. So a storm
// of events costs a few requests a second, and the last event is always followed by a read.

export interface Refresher {
  /** `null` means everything. Returns at once. */
  ask(incidentId: string | null): void;
  stop(): void;
}

export function createRefresher(
  refresh: (incidentIds: ReadonlySet<string> | null) => Promise<unknown>,
  pauseMs = 300,
): Refresher {
  let asked = new Set<string>();
  let everything = false;
  let running = false;
  let stopped = false;

  const run = async (): Promise<void> => {
    running = true;
    while (!stopped && (everything || asked.size > 0)) {
      const now = everything ? null : asked;
      asked = new Set();
      everything = false;
      await refresh(now).catch(() => {
        // Queries show their own failures.
      });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    running = false;
  };

  return {
    ask(incidentId) {
      if (incidentId === null) everything = true;
      else asked.add(incidentId);
      if (!running) void run();
    },
    stop() {
      stopped = true;
    },
  };
}
