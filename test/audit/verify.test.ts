import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredEntry } from '../../src/core/audit/entry.ts';
import {
  at,
  chained,
  forgedPayload,
  logArbitrary,
  payloadOf,
  renumbered,
  rowAfter,
  strangeHash,
  stream,
} from '../core/audit/logs.ts';
import { checkpoints, key, log, rewritten, sizes, trustedPublicKey, verify } from './checked-log.ts';
import { checkpointsOf } from './fixtures.ts';

describe('a log that nobody touched', () => {
  it('verifies, and says up to where checkpoints confirm it', async () => {
    expect(await verify(log)).toEqual({
      ...{ ok: true, damage: null, further: [], size: 50, head: at(log, 49).hash },
      ...{ root: at(checkpointsOf(log, [50], key), 0).root, confirmedSize: 40, checkpoints: 4 },
      ...{ keyId: key.keyId, keyIsTrusted: true },
    });
  });

  it('verifies when it is empty', async () => {
    const emptyRoot = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(await verify([], { checkpoints: [] })).toMatchObject({
      ok: true,
      size: 0,
      root: emptyRoot,
      confirmedSize: 0,
    });
  });

  it('verifies with any checkpoints at any sizes', async () => {
    const inputs = logArbitrary().chain((rows) =>
      fc.tuple(fc.constant(rows), fc.subarray(rows.map(({ seq }) => seq)), fc.subarray(rows.map(({ seq }) => seq))),
    );
    await fc.assert(
      fc.asyncProperty(inputs, async ([rows, own, kept]) => {
        const all = checkpointsOf(rows, own, key);
        const witnesses = all.filter(({ size }) => kept.includes(size));
        const verdict = await verify(rows, {
          checkpoints: all,
          witnesses,
          reference: stream(rows.slice(0, kept.length)),
        });
        expect(verdict).toMatchObject({ ok: true, confirmedSize: Math.max(kept.length, own.at(-1) ?? 0) });
      }),
      { numRuns: 40 },
    );
  });

  it('verifies by the key that it brings, and says that nobody vouches for that key', async () => {
    const verdict = await verify(log, { trustedPublicKey: undefined, publicKey: trustedPublicKey });
    expect(verdict).toMatchObject({ ok: true, keyId: key.keyId, keyIsTrusted: false });
  });
});

describe('a cut tail', () => {
  it.each([0, 5, 39])('is named by its first missing entry, after entry %i', async (size) => {
    const { damage } = await verify(log.slice(0, size));
    expect(damage).toMatchObject({ code: 'audit_tail_truncated', seq: size + 1, checkpointSize: 40 });
    expect(damage?.message).toContain('40 entries');
  });

  it('is found by an older export where the checkpoints were deleted with it', async () => {
    const verdict = await verify(log.slice(0, 20), {
      checkpoints: checkpoints.slice(0, 2),
      reference: stream(log.slice(0, 35)),
    });
    expect(verdict).toMatchObject({ ok: false, damage: { code: 'audit_tail_truncated', seq: 21 }, confirmedSize: 20 });
  });

  it('is found by a checkpoint that is kept elsewhere', async () => {
    const verdict = await verify(log.slice(0, 35), {
      checkpoints: checkpoints.slice(0, 3),
      witnesses: checkpoints.slice(3),
    });
    expect(verdict.damage).toMatchObject({ code: 'audit_tail_truncated', seq: 36, checkpointSize: 40 });
  });

  it('is not found after the last checkpoint: confirmedSize says so', async () => {
    expect(await verify(log.slice(0, 45))).toMatchObject({ ok: true, size: 45, confirmedSize: 40 });
  });
});

describe('a rewritten chain', () => {
  it('is found between the last good checkpoint and the first bad one, wherever it begins', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (seq) => {
        const to = Math.ceil(seq / 10) * 10;
        const { damage, confirmedSize } = await verify(rewritten(seq));
        expect(damage).toMatchObject({
          code: 'audit_chain_rewritten',
          seq: to - 9,
          range: { from: to - 9, to },
          checkpointSize: to,
        });
        expect(confirmedSize).toBe(to - 10);
      }),
    );
  });

  it('is named by its first entry where an older export has it', async () => {
    for (const seq of [1, 14, 20, 21, 35]) {
      const { damage } = await verify(rewritten(seq), { reference: stream(log.slice(0, 35)) });
      expect(damage).toMatchObject({ code: 'audit_chain_rewritten', seq, range: { from: seq, to: seq } });
    }
  });

  it('is found after the older export ends, by the next checkpoint', async () => {
    const { damage } = await verify(rewritten(37), { reference: stream(log.slice(0, 35)) });
    expect(damage).toMatchObject({ code: 'audit_chain_rewritten', range: { from: 36, to: 40 } });
  });

  it('is found by a checkpoint kept elsewhere, where the attacker could sign all checkpoints again', async () => {
    const rows = rewritten(14);
    const { damage } = await verify(rows, {
      checkpoints: checkpointsOf(rows, sizes, key),
      witnesses: [at(checkpoints, 2), at(checkpoints, 0)],
    });
    expect(damage).toMatchObject({ code: 'audit_chain_rewritten', range: { from: 11, to: 30 }, checkpointSize: 30 });
    expect(damage?.message).toContain('kept elsewhere');
  });

  it('that was computed again only up to an entry is still found at the checkpoint before', async () => {
    const { damage } = await verify(rewritten(14, 33));
    expect(damage).toMatchObject({ code: 'audit_chain_rewritten', range: { from: 11, to: 20 } });
  });

  it('is told from one entry with its hash computed again, at a checkpoint too', async () => {
    const { damage } = await verify(log.with(19, rowAfter(at(log, 19).prevHash, 20, forgedPayload())));
    expect(damage).toMatchObject({ code: 'audit_entry_edited', seq: 20, range: { from: 11, to: 20 } });
  });

  it('is told from an entry that was changed right after a checkpoint, which then is certain', async () => {
    const { damage } = await verify(log.with(20, rowAfter(strangeHash, 21, payloadOf(at(log, 20)))));
    expect(damage).toMatchObject({ code: 'audit_entry_edited', seq: 21, range: { from: 21, to: 21 } });
  });

  it('is not found after the last checkpoint: confirmedSize says so', async () => {
    expect(await verify(rewritten(45))).toMatchObject({ ok: true, confirmedSize: 40 });
  });
});

describe('any tampering', () => {
  it('is found once the last entry is under a checkpoint, however often and wherever rows are changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        logArbitrary({ min: 2 }),
        fc.array(fc.tuple(fc.nat(5), fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }),
        async (rows, steps) => {
          const own = checkpointsOf(rows, [rows.length], key);
          const forged = steps.reduce((current, [what, i, j]) => tampered(current, what, i, j), rows);
          // All of the rows with a well-made one behind them is a log that went on.
          fc.pre(JSON.stringify(forged.slice(0, rows.length)) !== JSON.stringify(rows));
          const { damage } = await verify(forged, { checkpoints: own });
          expect(damage?.seq).toEqual(expect.any(Number));
        },
      ),
    );
  });
});

function tampered(rows: StoredEntry[], what: number, i: number, j: number): StoredEntry[] {
  if (rows.length === 0) return rows;
  const [a, b] = [i % rows.length, j % rows.length];
  switch (what) {
    case 0:
      return rows.toSpliced(a, 1);
    case 1:
      return rows.with(a, at(rows, b)).with(b, at(rows, a));
    case 2:
      return rows.toSpliced(a, 0, at(rows, b));
    case 3:
      return rows.with(a, { ...at(rows, a), ...forgedPayload() });
    case 4:
      return renumbered(rows);
    default:
      return chained(rows.map(payloadOf).with(a, forgedPayload()));
  }
}
