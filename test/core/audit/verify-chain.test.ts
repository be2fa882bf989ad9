import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genesis } from '../../../src/core/audit/chain.ts';
import type { AuditDamageCode } from '../../../src/core/audit/damage.ts';
import type { StoredEntry } from '../../../src/core/audit/entry.ts';
import { verifyChain } from '../../../src/core/audit/verify-chain.ts';
import {
  at,
  chained,
  forgedPayload,
  logArbitrary,
  payloadOf,
  renumbered,
  rowAfter,
  simpleLog,
  strangeHash,
  stream,
} from './logs.ts';

/** `i` and `j` are places of rows, from 0, with i < j. */
type Tamper = (log: StoredEntry[], i: number, j: number) => StoredEntry[];

describe('a chain that nobody touched', () => {
  it('holds, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(logArbitrary({ min: 0 }), async (log) => {
        const head = log.at(-1)?.hash ?? genesis.head;
        expect(await verifyChain(stream(log))).toEqual({ position: { size: log.length, head }, damage: null });
      }),
    );
  });

  it('holds from a trusted position on', async () => {
    const log = simpleLog(9);
    const after = { size: 4, head: at(log, 3).hash };
    const { damage, position } = await verifyChain(stream(log.slice(4)), { after });
    expect(damage).toBeNull();
    expect(position.size).toBe(9);
    const other = await verifyChain(stream(log.slice(4)), { after: { size: 4, head: strangeHash } });
    expect(other.damage).toMatchObject({ code: 'audit_entry_edited', seq: 5 });
  });
});

describe('an edited entry is named', () => {
  const change = (log: StoredEntry[], i: number, columns: Partial<StoredEntry>) =>
    log.with(i, { ...at(log, i), ...columns });
  const edits: Record<string, Tamper> = {
    'its body': (log, i) => change(log, i, { body: forgedPayload().body }),
    'its body and columns': (log, i) => change(log, i, { ...forgedPayload(), leafHash: at(log, i).leafHash }),
    'its body, columns and leaf hash': (log, i) => change(log, i, forgedPayload()),
    'its body by one space': (log, i) => change(log, i, { body: `${at(log, i).body} ` }),
    'its time': (log, i) => change(log, i, { at: '2026-06-06T06:06:06.006Z' }),
    'its kind': (log, i) => change(log, i, { kind: 'containment.lifted' }),
    'its actor': (log, i) => change(log, i, { actor: 'person:eve' }),
    'its incident': (log, i) => change(log, i, { incidentId: 'forged' }),
    'its key': (log, i) => change(log, i, { key: null }),
    'its leaf hash': (log, i) => change(log, i, { leafHash: strangeHash }),
    'its previous hash': (log, i) => change(log, i, { prevHash: strangeHash }),
    'its hash': (log, i) => change(log, i, { hash: strangeHash }),
    'its hash to nothing': (log, i) => change(log, i, { hash: '' }),
    'its number in a file': (log, i) => change(log, i, { seq: at(log, i).seq + 5000 }),
  };
  it.each(Object.entries(edits))('when somebody changes %s', async (_name, tamper) => {
    await everywhere(tamper, 'audit_entry_edited', (i) => i + 1);
  });

  it('also where it is the last', async () => {
    const log = simpleLog(5);
    for (const tamper of Object.values(edits)) {
      const { damage } = await verifyChain(stream(tamper(log, 4, 4)));
      expect(damage).toMatchObject({ code: 'audit_entry_edited', seq: 5 });
    }
  });

  it('when somebody computes its hash again, and so the entry after it no longer follows', async () => {
    await everywhere(
      (log, i) => log.with(i, rowAfter(at(log, i).prevHash, i + 1, forgedPayload())),
      'audit_entry_edited',
      (i) => i + 1,
      { exact: false },
    );
  });

  it('with the range it may begin in, when somebody computes several hashes again', async () => {
    await fc.assert(
      fc.asyncProperty(logWithPlaces(), async ([log, i, j]) => {
        const rewritten = chained([forgedPayload(), ...log.slice(i + 1, j).map(payloadOf)], log.slice(0, i));
        const { damage } = await verifyChain(stream([...rewritten, ...log.slice(j)]));
        expect(damage).toMatchObject({ code: 'audit_entry_edited', seq: j, range: { from: 1, to: j } });
      }),
    );
  });
});

describe('deleted entries are named', () => {
  it.each<[string, Tamper]>([
    ['one by one', (log, i) => log.toSpliced(i, 1)],
    ['in a block', (log, i, j) => log.toSpliced(i, j - i)],
    ['with the rest numbered again', (log, i) => renumbered(log.toSpliced(i, 1))],
    ['in a block with the rest numbered again', (log, i, j) => renumbered(log.toSpliced(i, j - i))],
    [
      'with the next entry joined on, hash and all',
      (log, i) => log.toSpliced(i, 2, rowAfter(at(log, i).prevHash, i + 2, payloadOf(at(log, i + 1)))),
    ],
  ])('%s', async (_name, tamper) => {
    await everywhere(tamper, 'audit_entry_deleted', (i) => i + 1);
  });
});

describe('an inserted row is named', () => {
  const forgedAfter = (log: StoredEntry[], i: number, seq = i + 1) =>
    rowAfter(at(log, i).prevHash, seq, forgedPayload());
  it.each<[string, Tamper]>([
    ['that is whole, with the rest numbered again', (log, i) => renumbered(log.toSpliced(i, 0, forgedAfter(log, i)))],
    [
      'whose hash is made up, with the rest numbered again',
      (log, i) => renumbered(log.toSpliced(i, 0, { ...forgedAfter(log, i), hash: strangeHash })),
    ],
    [
      'that follows nothing, with the rest numbered again',
      (log, i) => renumbered(log.toSpliced(i, 0, rowAfter(strangeHash, i + 1, forgedPayload()))),
    ],
    ['that is whole, in a file, before the entry of its number', (log, i) => log.toSpliced(i, 0, forgedAfter(log, i))],
    [
      'that is whole, in a file, after the entry of its number',
      (log, i) => log.toSpliced(i + 1, 0, forgedAfter(log, i)),
    ],
    [
      'whose hash is made up, in a file, after the entry of its number',
      (log, i) => log.toSpliced(i + 1, 0, { ...forgedAfter(log, i), hash: strangeHash }),
    ],
  ])('%s', async (_name, tamper) => {
    await everywhere(tamper, 'audit_entry_inserted', (i) => i + 1);
  });

  it('by its own number, when a file has it far from its place', async () => {
    await everywhere(
      (log, i, j) => log.toSpliced(j, 0, { ...forgedAfter(log, i), hash: strangeHash }),
      'audit_entry_inserted',
      (i) => i + 1,
    );
  });
});

describe('moved entries are named by the first place that has another', () => {
  const swap = (log: StoredEntry[], i: number, j: number) => log.with(i, at(log, j)).with(j, at(log, i));
  const swapColumns = (log: StoredEntry[], i: number, j: number, columns: (row: StoredEntry) => Partial<StoredEntry>) =>
    log.with(i, { ...at(log, i), ...columns(at(log, j)) }).with(j, { ...at(log, j), ...columns(at(log, i)) });
  it.each<[string, Tamper]>([
    ['two lines of a file', swap],
    ['two rows, numbered again', (log, i, j) => renumbered(swap(log, i, j))],
    ['a line moved down', (log, i, j) => log.toSpliced(j + 1, 0, at(log, i)).toSpliced(i, 1)],
    ['a line moved up', (log, i, j) => log.toSpliced(j, 1).toSpliced(i, 0, at(log, j))],
    ['a row moved up, numbered again', (log, i, j) => renumbered(log.toSpliced(j, 1).toSpliced(i, 0, at(log, j)))],
    [
      'a row moved down, numbered again',
      (log, i, j) => renumbered(log.toSpliced(j + 1, 0, at(log, i)).toSpliced(i, 1)),
    ],
    ['a row numbered behind the last', (log, i) => [...log.toSpliced(i, 1), { ...at(log, i), seq: log.length + 9 }]],
    ['a block turned round', (log, i, j) => renumbered(log.toSpliced(i, j - i + 1, ...log.slice(i, j + 1).reverse()))],
    ['what two entries say', (log, i, j) => swapColumns(log, i, j, payloadOf)],
    [
      'what two entries say, but for the leaf hash',
      (log, i, j) =>
        swapColumns(log, i, j, ({ body, at, kind, actor, incidentId, key }) => ({
          body,
          at,
          kind,
          actor,
          incidentId,
          key,
        })),
    ],
  ])('%s', async (_name, tamper) => {
    await everywhere(tamper, 'audit_entry_reordered', (i) => i + 1);
  });
});

describe('a second copy of an entry is named', () => {
  it.each<[string, Tamper, (i: number, j: number) => number]>([
    ['right after it, numbered again', (log, i) => renumbered(log.toSpliced(i + 1, 0, at(log, i))), (i) => i + 2],
    ['further down, numbered again', (log, i, j) => renumbered(log.toSpliced(j, 0, at(log, i))), (_i, j) => j + 1],
    ['further up, numbered again', (log, i, j) => renumbered(log.toSpliced(i, 0, at(log, j))), (i) => i + 1],
    ['at the end, numbered next', (log, i) => renumbered([...log, at(log, i)]), (_i, _j, size = 0) => size + 1],
    ['as a line right after it', (log, i) => log.toSpliced(i + 1, 0, at(log, i)), (i) => i + 1],
    ['as a line further down', (log, i, j) => log.toSpliced(j, 0, at(log, i)), (i) => i + 1],
    ['as a line further up', (log, i, j) => log.toSpliced(i, 0, at(log, j)), (_i, j) => j + 1],
    ['as a last line', (log, i) => [...log, at(log, i)], (i) => i + 1],
  ] as [string, Tamper, (i: number, j: number, size?: number) => number][])('%s', async (_name, tamper, first) => {
    await everywhere(tamper, 'audit_entry_duplicated', first);
  });
});

describe('what the rows alone cannot show', () => {
  it('is a tail that was cut off, a last entry or a whole chain computed again, or an entry appended as Firebreak does', async () => {
    const log = simpleLog(8);
    const forged = [
      log.slice(0, 5),
      log.with(7, rowAfter(at(log, 7).prevHash, 8, forgedPayload())),
      chained([forgedPayload(), ...log.slice(4).map(payloadOf)], log.slice(0, 3)),
      chained([forgedPayload()], log),
    ];
    for (const rows of forged) expect((await verifyChain(stream(rows))).damage).toBeNull();
  });

  it('is shown by somebody outside: the damage that it reports is the verdict', async () => {
    const log = simpleLog(8);
    const seen = {
      code: 'audit_chain_rewritten',
      seq: 3,
      range: { from: 3, to: 5 },
      checkpointSize: 5,
      message: '',
    } as const;
    const observe = (row: StoredEntry) => (row.seq === 5 ? seen : 'unknown');
    expect((await verifyChain(stream(log), { observe })).damage).toBe(seen);
    expect((await verifyChain(stream(log.slice(0, 5)), { observe })).damage).toBe(seen);
    const alsoLater = log.with(5, { ...at(log, 5), actor: 'person:eve' });
    expect((await verifyChain(stream(alsoLater), { observe })).damage).toBe(seen);
    const thatRowAlone = log.with(4, rowAfter(at(log, 4).prevHash, 5, forgedPayload()));
    expect((await verifyChain(stream(thatRowAlone), { observe })).damage).toMatchObject({
      code: 'audit_entry_edited',
      seq: 5,
    });
  });

  it('narrows the range: what somebody outside confirms is not suspected', async () => {
    const log = simpleLog(8);
    const rewritten = [...chained([forgedPayload(), payloadOf(at(log, 5))], log.slice(0, 4)), ...log.slice(6)];
    const observe = (row: StoredEntry) => (row.seq === 3 ? 'confirmed' : 'unknown');
    const { damage } = await verifyChain(stream(rewritten), { observe });
    expect(damage).toMatchObject({ code: 'audit_entry_edited', seq: 6, range: { from: 4, to: 6 } });
  });
});

describe('verification', () => {
  it('lets go of the rows at the first damage', async () => {
    let released = false;
    async function* rows() {
      try {
        yield* simpleLog(3).with(1, { ...at(simpleLog(3), 1), actor: 'person:eve' });
      } finally {
        released = true;
      }
    }
    await verifyChain(rows());
    expect(released).toBe(true);
  });
});

/** Tampers with random logs at random places, never at the last row: there, less is known. */
async function everywhere(
  tamper: Tamper,
  code: AuditDamageCode,
  first: (i: number, j: number, size: number) => number,
  { exact = true } = {},
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(logWithPlaces(), async ([log, i, j]) => {
      const { damage } = await verifyChain(stream(tamper(log, i, j)));
      const seq = first(i, j, log.length);
      expect(damage).toMatchObject({ code, seq, range: exact ? { from: seq, to: seq } : { from: 1, to: seq } });
      expect(damage?.message).toContain('; expected ');
    }),
    { numRuns: 40 },
  );
}

function logWithPlaces(): fc.Arbitrary<[StoredEntry[], number, number]> {
  return logArbitrary({ min: 3, max: 20 }).chain((log) =>
    fc
      .uniqueArray(fc.nat({ max: log.length - 2 }), { minLength: 2, maxLength: 2 })
      .map(([a = 0, b = 1]) => [log, Math.min(a, b), Math.max(a, b)]),
  );
}
