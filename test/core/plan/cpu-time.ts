// What something costs by itself: the wall clock also shows what else the machine does.

/** Milliseconds of processor time since it was called. */
export function startCpuTimer(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1_000;
  };
}
