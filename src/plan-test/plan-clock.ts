// Two clocks of a test: the server's, which goes on from now, and the one that the plan and its alerts see, which a test
// may set, so that what depends on the hour and on who is on duty can be tested.

export class PlanClock {
  readonly #aheadMs: number;

  /** @param opens ISO-8601: what the plan's clock shows when the server's shows `openedMs`; absent: the same */
  constructor(openedMs: number, opens?: string) {
    this.#aheadMs = opens === undefined ? 0 : Date.parse(opens) - openedMs;
  }

  planMs = (serverMs: number): number => serverMs + this.#aheadMs;
  serverMs = (planMs: number): number => planMs - this.#aheadMs;

  /** Of the plan's clock, in ISO-8601. @param serverTime in ISO-8601 or milliseconds */
  planTime = (serverTime: string | number): string =>
    new Date(this.planMs(new Date(serverTime).getTime())).toISOString();
}
