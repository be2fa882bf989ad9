import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimCommands, finishCommand, insertCommand, readCommand, requestCommand } from '../../src/store/commands.ts';
import type { Store } from '../../src/store/database.ts';
import { seedIncident } from '../gateway/api/seed.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let database: FreshDatabase;
let store: Store;
let incidentId: string;
let count = 0;
beforeAll(async () => {
  database = await freshDatabase();
  store = database.store;
});
afterAll(() => database.close());
beforeEach(async () => {
  await store.deleteFrom('commands').execute();
  incidentId = await seedIncident(store);
});

const at = '2026-11-24T08:00:00.000Z';
const laterMs = (ms: number) => new Date(Date.parse(at) + ms);
async function request(): Promise<string> {
  count += 1;
  const commandId = `c${count}`;
  await requestCommand(store, newCommand(commandId), { type: 'acknowledge' });
  return commandId;
}
const newCommand = (commandId: string) => ({
  ...{ commandId, incidentId, workflowId: `incident-${incidentId}`, payload: { type: 'acknowledge' } as const },
  ...{ actor: 'key:bo', actorRole: 'responder', at },
});
const claimed = async (ms: number, limit = 10) =>
  (await claimCommands(store, { at: laterMs(ms), limit, leaseMs: 5_000 })).map((command) => command.commandId);

describe('a stored command', () => {
  it('is left at first to the request that stored it, then claimed', async () => {
    const commandId = await request();
    expect(await claimed(9_999)).toEqual([]);
    expect(await claimed(10_000)).toEqual([commandId]);
  });

  it('is claimed by one relay only, and again later and later while it is not done', async () => {
    const commandId = await request();
    const together = await Promise.all(Array.from({ length: 8 }, () => claimed(10_000)));
    expect(together.flat()).toEqual([commandId]);
    expect(await claimed(14_999)).toEqual([]);
    expect(await claimed(15_000)).toEqual([commandId]);
    expect(await claimed(24_999)).toEqual([]);
    expect(await claimed(25_000)).toEqual([commandId]);
    for (let n = 0; n < 12; n += 1) await claimed(1e9 * (n + 1));
    expect(await claimed(12e9 + 59_999)).toEqual([]);
    expect(await claimed(12e9 + 60_000)).toEqual([commandId]);
    expect((await readCommand(store, commandId))?.attempts).toBe(16);
  });

  it('is claimed in the order in which commands came, a few at a time', async () => {
    const ids = [await request(), await request(), await request()];
    const first = await claimed(10_000, 2);
    const second = await claimed(10_000, 2);
    expect([...first, ...second].sort()).toEqual(ids);
    expect(second).toHaveLength(1);
  });

  it('ends once: the first end stands', async () => {
    const commandId = await request();
    const refusal = { status: 'refused', code: 'no', reason: 'no' } as const;
    const ends = await Promise.all([
      finishCommand(store, commandId, { status: 'done', result: { n: 1 } }, at),
      finishCommand(store, commandId, refusal, at),
      finishCommand(store, commandId, refusal, at),
    ]);
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await claimed(1e9)).toEqual([]);
    const command = await readCommand(store, commandId);
    const refusals = await store
      .selectFrom('audit_entries')
      .selectAll()
      .where('kind', '=', 'command_refused')
      .execute();
    expect(refusals).toHaveLength(command?.status === 'refused' ? 1 : 0);
  });

  it('is not there when its audit entry cannot be written', async () => {
    const bad = requestCommand(store, { ...newCommand('bad'), actor: '' }, { type: 'acknowledge' });
    await expect(bad).rejects.toThrow('actor is empty');
    expect(await readCommand(store, 'bad')).toBeUndefined();
  });

  it('is stored once for one id', async () => {
    const stored = await store
      .transaction()
      .execute(async (trx) => [
        await insertCommand(trx, newCommand('same')),
        await insertCommand(trx, newCommand('same')),
      ]);
    expect(stored).toEqual([true, false]);
  });
});
