// Stops what was started, the latest first; once, however often it is asked. One that fails does not keep the others up.

export class Shutdown {
  private readonly steps: (() => Promise<void>)[] = [];
  private running: Promise<void> | undefined;

  add(stop: () => Promise<void>): void {
    this.steps.push(stop);
  }

  run(): Promise<void> {
    this.running ??= this.stopAll();
    return this.running;
  }

  private async stopAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const stop of this.steps.reverse()) await stop().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}
