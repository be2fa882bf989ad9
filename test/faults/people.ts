// The people around Firebreak: they approve what they are asked, and tell what really happened where it does not know.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Approval, Command } from '../../src/contract/api/index.ts';
import { stepKey } from '../../src/core/ids.ts';
import { isUnavailable, type Store } from '../../src/store/database.ts';
import { Answered, Api } from '../support/api.ts';
import type { Stack } from '../support/stack.ts';
import type { Target } from './target.ts';

interface Page<T> {
  items: T[];
}

const lookEveryMs = 400;

export class People {
  readonly api: Api;
  /** Approvals on which a decision was taken, in the words of the answer. */
  readonly decided = new Set<string>();
  /** Ids of commands that were answered as done. */
  readonly done = new Set<string>();
  private readonly deciding = new Set<string>();
  private readonly store: Store;
  private readonly target: Target;
  private isWatching = false;
  private watching: Promise<void> = Promise.resolve();

  constructor(stack: Pick<Stack, 'url' | 'adminKey' | 'store'>, target: Target) {
    this.api = new Api(stack);
    this.store = stack.store;
    this.target = target;
  }

  start(): void {
    this.isWatching = true;
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.isWatching = false;
    await this.watching;
  }

  /** Resolves once it is done. @throws Answered when it is refused */
  async command(incidentId: string, body: object): Promise<Command> {
    const command = await this.api.post<Command>(`/api/incidents/${incidentId}/commands`, body);
    return this.untilDone(command);
  }

  /** @throws Answered when it is refused */
  async change(containmentId: string, how: 'lift' | 'extend', body: object): Promise<Command> {
    return this.untilDone(await this.api.post<Command>(`/api/containments/${containmentId}/${how}`, body));
  }

  private async untilDone(command: Command): Promise<Command> {
    for (let now = command, tries = 0; tries < 900; tries += 1) {
      if (now.status === 'done') {
        this.done.add(now.id);
        return now;
      }
      if (now.refusal) throw new Answered(409, now.refusal.code, now.refusal.reason);
      await sleep(lookEveryMs);
      now = await this.api.get<Command>(`/api/commands/${command.id}`);
    }
    throw new Error(`Command ${command.id} (${command.type}) was not delivered`);
  }

  private async watch(): Promise<void> {
    while (this.isWatching) {
      await this.decide().catch(unlessRefused);
      await this.settle().catch(unlessRefused);
      await sleep(lookEveryMs);
    }
  }

  private async decide(): Promise<void> {
    const { items } = await this.api.get<Page<Approval>>('/api/approvals?status=pending&limit=100');
    for (const approval of items.filter(({ id }) => !this.deciding.has(id))) {
      this.deciding.add(approval.id);
      // Not waited for: its incident may not answer for a while, and others are to be decided on.
      void this.approve(approval).finally(() => this.deciding.delete(approval.id));
    }
  }

  private async approve({ id, digest }: Approval): Promise<void> {
    try {
      await this.api.post(`/api/approvals/${id}/decisions`, { decision: 'approve', digest, reason: 'as tested' });
      this.decided.add(id);
    } catch (error) {
      unlessRefused(error);
    }
  }

  /** Looks at the target, as a person would. */
  private async settle(): Promise<void> {
    const open = await this.store
      .selectFrom('incidents')
      .select(['incident_id', 'state'])
      .where('closed_at', 'is', null)
      .execute();
    for (const { incident_id: id, state } of open) {
      for (const [stepId, { outcome }] of Object.entries(state?.steps ?? {})) {
        if (outcome?.result !== 'unknown') continue;
        const key = stepKey(id, stepId);
        const happened = (await this.target.runs()).some((run) => run.what === 'apply' && run.key === key);
        await this.command(id, { type: 'settle', stepId, happened, reason: 'I looked' });
      }
    }
  }
}

/** Somebody or something was faster, or the gateway is away: the next look tells. */
function unlessRefused(error: unknown): void {
  if (error instanceof Answered && error.status >= 409) return;
  if (isUnavailable(error) || (error instanceof Error && error.message.startsWith('Still waiting'))) return;
  throw error;
}
